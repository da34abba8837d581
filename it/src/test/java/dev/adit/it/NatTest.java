package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.Host;
import dev.adit.it.lab.Netns;
import dev.adit.it.lab.Software;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.stream.Stream;

/// A peer behind a router that hides it, and forgets it after a second of silence.
///
/// ```
/// ┌─────────────┐  192.168.7.0/24  ┌───────────┐  192.0.2.0/24  ┌────────────┐
/// │ a           ├──────────────────┤ router    ├────────────────┤ b          │
/// │ 192.168.7.1 │                  │ 192.0.2.9 │                │ 192.0.2.2  │
/// └─────────────┘                  └───────────┘                └────────────┘
/// ```
class NatTest {

    private Netns inside, router, outside;
    private Host a, b;

    static Stream<Arguments> casts() {
        Software ours = Software.subject();
        Software go = Software.wireguardGo(), newer = Software.newerWireguardGo();
        return Stream.of(
                Arguments.of(ours, go),
                Arguments.of(ours, newer),
                Arguments.of(go, ours),
                Arguments.of(newer, ours));
    }

    private void start(Software hidden, Software reachable) {
        hidden.required();
        reachable.required();
        Software.requireTool("nft");
        inside = Netns.create("a");
        router = Netns.create("r");
        outside = Netns.create("b");
        inside.connect("eth0", router, "eth1");
        router.connect("eth0", outside, "eth0");
        inside.address("eth0", "192.168.7.1/24");
        router.address("eth1", "192.168.7.9/24");
        router.address("eth0", "192.0.2.9/24");
        outside.address("eth0", "192.0.2.2/24");
        inside.run("ip", "route", "add", "default", "via", "192.168.7.9");
        router.run("sysctl", "-qw", "net.ipv4.ip_forward=1");
        router.run("nft", "add table ip nat");
        router.run("nft", "add chain ip nat post { type nat hook postrouting priority 100; }");
        hideBehindPorts("1000-1999");
        router.run("sysctl", "-qw", "net.netfilter.nf_conntrack_udp_timeout=1");
        router.run("sysctl", "-qw", "net.netfilter.nf_conntrack_udp_timeout_stream=1");
        a = Host.start(inside, hidden, 51820).address("10.9.0.1/24").up();
        b = Host.start(outside, reachable, 51821).address("10.9.0.2/24").up();
        b.set("peer", a.publicKey(), "allowed-ips", "10.9.0.1/32");
        a.set("peer", b.publicKey(), "allowed-ips", "10.9.0.2/32", "endpoint", "192.0.2.2:51821");
    }

    @AfterEach
    void stop() {
        for (Netns netns : new Netns[] {inside, router, outside}) {
            if (netns != null) netns.close();
        }
    }

    @ParameterizedTest(name = "{0} behind the router")
    @MethodSource("casts")
    void staysReachableWhileItsPortChanges(Software hidden, Software reachable) {
        start(hidden, reachable);
        assertThat(inside.pings("10.9.0.2", 4)).as(a.report()).isTrue();
        assertThat(b.dump().peer().endpoint()).matches("192.0.2.9:1...");
        hideBehindPorts("2000-2999");
        Await.pass(Duration.ofMillis(2_500)); // the router forgets
        assertThat(inside.pings("10.9.0.2", 4)).as(a.report()).isTrue();
        assertThat(b.dump().peer().endpoint()).matches("192.0.2.9:2...");
        assertThat(outside.pings("10.9.0.1", 4)).as(b.report()).isTrue();
    }

    @Test
    void staysReachableFromOutsideByKeepalives() {
        start(Software.subject(), Software.other());
        router.run("sysctl", "-qw", "net.netfilter.nf_conntrack_udp_timeout=3");
        router.run("sysctl", "-qw", "net.netfilter.nf_conntrack_udp_timeout_stream=3");
        a.set("peer", b.publicKey(), "persistent-keepalive", "1");
        Await.until(a::report, Duration.ofSeconds(5), () -> b.dump().peer().handshake() > 0);
        Await.pass(Duration.ofSeconds(5)); // without a keepalive the router would have forgotten
        assertThat(outside.pings("10.9.0.1", 2)).as(b.report()).isTrue();
    }

    private void hideBehindPorts(String range) {
        router.run("nft", "flush chain ip nat post");
        router.run(
                "nft", "add rule ip nat post oifname eth0 udp sport 51820 masquerade to :" + range);
    }
}
