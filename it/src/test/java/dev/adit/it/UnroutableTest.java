package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Host;
import dev.adit.it.lab.Keys;
import dev.adit.it.lab.Netns;
import dev.adit.it.lab.Outcome;
import dev.adit.it.lab.Software;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;

/// What has no peer, or a peer that is nowhere, is answered with an ICMP error. It names the
/// destination as its sender: the kernel takes no packet from a TUN that bears an address of its
/// own host.
///
/// ```
/// ┌────────────────────┐
/// │ a: ours            │   10.9.0.3 and fd09::3: a peer without an endpoint
/// │ 10.9.0.1  fd09::1  │   10.9.0.4 and fd09::4: nobody
/// └────────────────────┘
/// ```
class UnroutableTest {

    private static Netns netns;

    @BeforeAll
    static void start() {
        Software software = Software.subject().requiredToDo("send ICMP errors");
        netns = Netns.create("a");
        Host host = Host.start(netns, software, 51820).address("10.9.0.1/24", "fd09::1/64").up();
        String peer = Keys.generate().publicKey();
        host.set("peer", peer, "allowed-ips", "10.9.0.3/32,fd09::3/128");
    }

    @AfterAll
    static void stop() {
        if (netns != null) netns.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "10.9.0.3, Destination Host Unreachable",
        "10.9.0.4, Destination Host Unreachable",
        "fd09::3, Address unreachable",
        "fd09::4, Address unreachable"
    })
    void isAnsweredWithUnreachable(String address, String error) {
        assertThat(netns.ping(address, 2).out()).contains("From " + address, error);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"10.9.0.3", "10.9.0.4", "fd09::3", "fd09::4"})
    void aConnectionThereFailsAtOnce(String address) {
        Outcome connect =
                netns.command("bash", "-c", "exec 3<>/dev/tcp/" + address + "/80")
                        .within(Duration.ofSeconds(2))
                        .run();
        assertThat(connect.status()).isEqualTo(1);
        assertThat(connect.err()).contains("No route to host");
    }
}
