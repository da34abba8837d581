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

/// What has no peer, or a peer that is nowhere, is answered with an ICMP error of this host, from
/// the address that the sender sees of it.
///
/// ```
/// ┌─────────────┐ 192.168.7.0/24 ┌────────────────────┐
/// │ lan         │ fd07::/64      │ a: ours            │   10.9.0.3 and fd09::3: a peer without
/// │ 192.168.7.1 ├────────────────┤ 10.9.0.1  fd09::1  │                         an endpoint
/// │ fd07::1     │          .9    │ 10.9.0.7  fd09::7  │   10.9.0.4 and fd09::4: no peer
/// └─────────────┘                └────────────────────┘
/// ```
class UnroutableTest {

    private static Netns netns, lan;
    private static Host host;

    @BeforeAll
    static void start() {
        Software software = Software.subject().requiredToDo("send ICMP errors");
        netns = Netns.create("a");
        lan = Netns.create("lan");
        lan.connect("eth0", netns, "eth0");
        lan.address("eth0", "192.168.7.1/24", "fd07::1/64");
        netns.address("eth0", "192.168.7.9/24", "fd07::9/64");
        lan.run("ip", "route", "add", "default", "via", "192.168.7.9");
        lan.run("ip", "-6", "route", "add", "default", "via", "fd07::9");
        netns.run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
        host = Host.start(netns, software, 51820);
        host.address("10.9.0.1/24", "fd09::1/64", "10.9.0.7/24", "fd09::7/64").up();
        String peer = Keys.generate().publicKey();
        host.set("peer", peer, "allowed-ips", "10.9.0.3/32,fd09::3/128");
    }

    @AfterAll
    static void stop() {
        if (netns != null) netns.close();
        if (lan != null) lan.close();
    }

    /// For another address of the same IPv4 network the system chooses the first.
    @ParameterizedTest(name = "{0} from {1}: {2}")
    @CsvSource({
        "10.9.0.3, 10.9.0.1, From 10.9.0.1, Destination Host Unreachable",
        "10.9.0.4, 10.9.0.1, From 10.9.0.1, Destination Host Unreachable",
        "10.9.0.4, 10.9.0.7, From 10.9.0.1, Destination Host Unreachable",
        "10.9.0.4, 192.168.7.9, From 192.168.7.9, Destination Host Unreachable",
        "fd09::3, fd09::1, From fd09::1, Address unreachable",
        "fd09::4, fd09::1, From fd09::1, Address unreachable",
        "fd09::4, fd09::7, From fd09::7, Address unreachable",
        "fd09::4, fd07::9, From fd07::9, Address unreachable"
    })
    void isAnsweredFromTheAddressOfASenderOnThisHost(
            String to, String from, String answer, String error) {
        assertThat(netns.ping(to, 2, "-I", from).out()).contains(answer, error);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "10.9.0.3, 192.168.7.9, Destination Host Unreachable",
        "10.9.0.4, 192.168.7.9, Destination Host Unreachable",
        "fd09::3, fd07::9, Address unreachable",
        "fd09::4, fd07::9, Address unreachable"
    })
    void isAnsweredFromTheGatewaysAddressForASenderBehindIt(String to, String from, String error) {
        assertThat(lan.ping(to, 2).out()).contains("From " + from, error);
    }

    /// With the error as the kernel's WireGuard sends it: from the address that this sender knows,
    /// not from that which hides it.
    @ParameterizedTest(name = "{0} as {2}")
    @CsvSource({
        "10.9.0.4, ip, masquerade, From 192.168.7.9, Destination Host Unreachable",
        "10.9.0.4, ip, snat to 10.9.0.77, From 192.168.7.9, Destination Host Unreachable",
        "fd09::4, ip6, masquerade, From fd07::9, Address unreachable",
        "fd09::4, ip6, snat to fd09::77, From fd07::9, Address unreachable"
    })
    void isAnsweredFromTheAddressThatASenderKnowsWhomTheGatewayHides(
            String to, String family, String rule, String from, String error) {
        hidden(family, rule, () -> assertThat(lan.ping(to, 2).out()).contains(from, error));
    }

    /// The error has the numbers that the sender chose, so that its socket is told.
    @ParameterizedTest(name = "{1}")
    @CsvSource({"ip, 10.9.0.4", "ip6, fd09::4"})
    void aHiddenConnectionFailsAtOnce(String family, String address) {
        hidden(family, "masquerade random", () -> assertNoRoute(lan, address));
    }

    /// Hides what leaves into the tunnel by that rule.
    private static void hidden(String family, String rule, Runnable check) {
        Software.requireTool("nft");
        String table = family + " hide";
        String chain = table + " post { type nat hook postrouting priority 100; }";
        netns.run("nft", "add table " + table);
        try {
            netns.run("nft", "add chain " + chain);
            netns.run("nft", "add rule " + table + " post oifname " + host.device() + " " + rule);
            check.run();
        } finally {
            netns.run("nft", "delete table " + table);
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"10.9.0.3", "10.9.0.4", "fd09::3", "fd09::4"})
    void aConnectionThereFailsAtOnce(String address) {
        for (Netns sender : new Netns[] {netns, lan}) assertNoRoute(sender, address);
    }

    private static void assertNoRoute(Netns sender, String address) {
        Outcome connect =
                sender.command("bash", "-c", "exec 3<>/dev/tcp/" + address + "/80")
                        .within(Duration.ofSeconds(2))
                        .run();
        assertThat(connect.status()).isEqualTo(1);
        assertThat(connect.err()).contains("No route to host");
    }
}
