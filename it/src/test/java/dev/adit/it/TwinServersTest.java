package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.Host;
import dev.adit.it.lab.Keys;
import dev.adit.it.lab.Netns;
import dev.adit.it.lab.Software;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Two servers with one key behind one address. Neither knows of the sessions of the other, so a
/// client that is led to the other one has to begin anew, and does.
///
/// ```
/// ┌──────────────┐ 198.51.100.0/24 ┌──────────┐ 10.0.1.0/24 ┌────────────────┐
/// │ client: ours ├─────────────────┤ balancer ├─────────────┤ first: another │
/// │ 10.9.0.1     │              .1 │ :51820   │ eth1        │ 10.9.0.2       │
/// └──────────────┘                 │          │             └────────────────┘
///                                  │          │ 10.0.2.0/24 ┌────────────────┐
///                                  │          ├─────────────┤ second: ours   │
///                                  │          │ eth2        │ 10.9.0.2       │
///                                  └──────────┘             └────────────────┘
/// ```
@ParameterizedClass(name = "with {0}")
@MethodSource("others")
class TwinServersTest {

    @Parameter Software other;

    private final List<Netns> all = new ArrayList<>();
    private Netns balancer;
    private Host client, first, second;

    static Stream<Software> others() {
        return Stream.of(Software.other(), Software.newerWireguardGo());
    }

    @BeforeEach
    void start() {
        Software.requireTool("nft");
        other.required();
        balancer = create("lb");
        Netns outside = create("c");
        balancer.run("sysctl", "-qw", "net.ipv4.ip_forward=1");
        balancer.connect("eth0", outside, "eth0");
        balancer.address("eth0", "198.51.100.1/24");
        outside.address("eth0", "198.51.100.2/24");
        Software ours = Software.subject();
        client = Host.start(outside, ours, 51820).address("10.9.0.1/24").up();
        Keys one = Keys.generate();
        first = server(1, other, one);
        second = server(2, ours, one);
        String endpoint = "198.51.100.1:51820";
        client.set("peer", one.publicKey(), "allowed-ips", "10.9.0.2/32", "endpoint", endpoint);
    }

    private Host server(int number, Software software, Keys keys) {
        Netns netns = create("s" + number);
        String network = "10.0." + number;
        balancer.connect("eth" + number, netns, "eth0");
        balancer.address("eth" + number, network + ".1/24");
        netns.address("eth0", network + ".2/24");
        Host host = Host.start(netns, software, 51820, keys).address("10.9.0.2/24").up();
        host.set("peer", client.publicKey(), "allowed-ips", "10.9.0.1/32");
        return host;
    }

    private Netns create(String role) {
        Netns netns = Netns.create(role);
        all.add(netns);
        return netns;
    }

    @AfterEach
    void stop() {
        all.forEach(Netns::close);
    }

    @Test
    void aClientThatIsLedToTheOtherBeginsASessionThere() {
        leadTo(1);
        assertThat(client.netns().pings("10.9.0.2", 4)).as(this::report).isTrue();
        assertThat(second.dump().peer().handshake()).isZero();

        leadTo(2);
        awaitAnswer();
        assertThat(client.daemon().output()).contains(STOPPED_HEARING);
        assertThat(second.drops("unknown-index")).as("what was meant for the first").isPositive();
        assertThat(second.dump().peer().handshake()).isPositive();
        assertThat(second.netns().pings("10.9.0.1", 2)).as(this::report).isTrue();

        // The first one still has its session, of which the client knows as well.
        leadTo(1);
        awaitAnswer();
        assertThat(first.netns().pings("10.9.0.1", 2)).as(this::report).isTrue();
        assertThat(client.dump().peer().endpoint()).isEqualTo("198.51.100.1:51820");
    }

    private void awaitAnswer() {
        // Data without an answer for 15 s, and a new handshake.
        Await.until(
                this::report, Duration.ofSeconds(25), () -> client.netns().pings("10.9.0.2", 0.5));
    }

    /// Lets the balancer send everybody to that server.
    private void leadTo(int number) {
        balancer.command("nft", "-f", "/dev/stdin").input(RULES.formatted(number)).run().ok();
        // What was masqueraded is forgotten with the link that it was done for.
        for (int each = 1; each <= 2; each++) {
            balancer.run("ip", "link", "set", "eth" + each, "down");
            balancer.run("ip", "link", "set", "eth" + each, "up");
        }
    }

    private String report() {
        return client.report() + first.report() + second.report();
    }

    private static final String STOPPED_HEARING =
            "Retrying handshake with peer 1 because we stopped hearing back after 15 seconds";

    private static final String RULES =
            """
            table ip balance
            delete table ip balance
            table ip balance {
                chain pre {
                    type nat hook prerouting priority -100
                    iifname eth0 udp dport 51820 dnat to 10.0.%d.2
                }
                chain post {
                    type nat hook postrouting priority 100
                    oifname { eth1, eth2 } masquerade
                }
            }
            """;
}
