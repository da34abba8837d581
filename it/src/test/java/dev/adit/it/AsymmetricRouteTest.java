package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.Host;
import dev.adit.it.lab.Netns;
import dev.adit.it.lab.Software;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A server that is asked at an address of which no route leads back, since its default route goes
/// by another cable. It answers from that address by the route that there is.
///
/// ```
/// ┌─ client: another ─┐              ┌─ internet ─┐ eth0  10.0.2.0/24  fd00:2::/64 ┌─ server: ours ──────┐
/// │ 10.0.1.1          │ 10.0.1.0/24  │         .2 ├────────────────────────────────┤ 10.0.2.1 (default)  │
/// │ fd00:1::1         ├──────────────┤            ├────────────────────────────────┤ 10.0.3.1            │
/// └───────────────────┘ fd00:1::/64  └────────────┘ eth1  10.0.3.0/24  fd00:3::/64 │ lo: 10.0.9.1        │
///                                                                                  └─────────────────────┘
/// ```
class AsymmetricRouteTest {
    private static final List<Netns> ALL = new ArrayList<>();
    private static Netns net;
    private static Host client, server;

    @BeforeAll
    static void start() {
        Netns near = create("c"), internet = create("i");
        net = create("s");
        for (String key : List.of("net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding")) {
            internet.run("sysctl", "-qw", key + "=1");
        }
        for (Netns one : ALL) {
            one.run("sysctl", "-qw", "net.ipv4.conf.all.rp_filter=0");
            one.run("sysctl", "-qw", "net.ipv4.conf.default.rp_filter=0");
        }
        near.connect("eth0", internet, "lan1");
        net.connect("eth0", internet, "lan2");
        net.connect("eth1", internet, "lan3");
        for (int i = 1; i <= 3; i++) {
            internet.address("lan" + i, "10.0." + i + ".2/24", "fd00:" + i + "::2/64");
        }
        near.address("eth0", "10.0.1.1/24", "fd00:1::1/64");
        net.address("eth0", "10.0.2.1/24", "fd00:2::1/64");
        net.address("eth1", "10.0.3.1/24", "fd00:3::1/64");
        net.address("lo", "10.0.9.1/32", "fd00:9::1/128");
        ip(near, "route add default via 10.0.1.2");
        ip(near, "-6 route add default via fd00:1::2");
        ip(net, "route add default via 10.0.2.2");
        ip(net, "-6 route add default via fd00:2::2");
        ip(internet, "route add 10.0.9.1 via 10.0.3.1");
        ip(internet, "-6 route add fd00:9::1 via fd00:3::1");
        client = Host.start(near, Software.other(), 51820).address("10.9.0.1/24").up();
        server = Host.start(net, Software.subject(), 51821).address("10.9.0.2/24").up();
        server.set("peer", client.publicKey(), "allowed-ips", "10.9.0.1/32");
    }

    @AfterAll
    static void stop() {
        ALL.forEach(Netns::close);
    }

    private static Netns create(String role) {
        Netns netns = Netns.create(role);
        ALL.add(netns);
        return netns;
    }

    private static void ip(Netns netns, String words) {
        netns.run(("ip " + words).split(" "));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "the other cable's, 10.0.3.1:51821",
        "one of no cable, 10.0.9.1:51821",
        "the other cable's with IPv6, [fd00:3::1]:51821",
        "one of no cable with IPv6, [fd00:9::1]:51821"
    })
    void answersFromTheAddressThatWasAsked(String which, String endpoint) {
        assertAnswersFrom(endpoint);
    }

    /// Of IPv6 the kernel takes the better route whatever interface is named.
    @Test
    void answersByTheCableThatWasAskedIfItHasAnyRouteToThePeer() {
        String endpoint = "10.0.3.1:51821";
        ip(net, "route add default via 10.0.3.2 metric 9999");
        try {
            assertAnswersFrom(endpoint);
            long before = net.statistic("eth1", "tx_packets");
            for (int i = 0; i < 5; i++) assertThat(client.netns().pings("10.9.0.2", 5)).isTrue();
            assertThat(net.statistic("eth1", "tx_packets") - before).isGreaterThanOrEqualTo(5);
        } finally {
            ip(net, "route del default via 10.0.3.2 metric 9999");
        }
        assertAnswersFrom(endpoint);
    }

    private void assertAnswersFrom(String endpoint) {
        String key = server.publicKey();
        client.set("peer", key, "allowed-ips", "10.9.0.2/32", "endpoint", endpoint);
        Await.until(
                () -> client.report() + server.report(),
                Duration.ofSeconds(4), // less than the retry of a handshake takes
                () -> client.netns().pings("10.9.0.2", 1));
        assertThat(client.dump().peer().endpoint()).isEqualTo(endpoint);
    }
}
