package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Machine;
import dev.adit.it.lab.Netns;
import dev.adit.it.lab.Outcome;
import dev.adit.it.lab.Seeds;
import dev.adit.it.lab.Software;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A container that has nothing but the tunnel to the relay, whose daemon stays outside of it.
///
/// ```
/// ┌─ peer1 ──────────────────────┐  198.51.100.0/24  ┌──────────────────┐
/// │ ┌─ container ──────────────┐ │                   │ relay1           │
/// │ │ wg0 192.0.2.2, no other  │ ├───────────────────┤ 192.0.2.1        │
/// │ └──────────────────────────┘ │ .2             .1 │ lo 203.0.113.7   │
/// └──────────────────────────────┘                   └──────────────────┘
/// ```
class SeedContainerTest {
    private Machine peer, relay;
    private Netns container;
    private String peerBefore, relayBefore;

    @BeforeEach
    void start() {
        peer = Machine.create("p");
        relay = Machine.create("r");
        container = Netns.create("c");
        peer.netns().connect("eth0", relay.netns(), "eth0");
        peer.netns().address("eth0", "198.51.100.2/24");
        relay.netns().address("eth0", "198.51.100.1/24");
        relay.netns().address("lo", "203.0.113.7/32");
        peer.hosts("198.51.100.1 relay1.wg.example.com\n");
        Seeds seeds = new Seeds("container");
        peer.write("wg0.conf", seeds.text("peer1.conf"));
        relay.write("wg0.conf", seeds.text("relay1.conf"));
        for (Machine machine : new Machine[] {peer, relay}) {
            for (String program : new String[] {"resolvconf", "iptables", "ip6tables"}) {
                String log = machine.file("log").toString();
                machine.program(program, "echo \"${0##*/} $*\" >> " + log + "\n");
            }
            // Without the others of its kind, it is no packet filter that could be used.
            machine.program("iptables-save", "");
            machine.program("ip6tables-save", "");
        }
        peerBefore = peer.state();
        relayBefore = relay.state();
    }

    @AfterEach
    void stop() {
        if (peer != null) peer.close();
        if (relay != null) relay.close();
        if (container != null) container.close();
    }

    @Test
    void aContainerReachesTheWorldThroughTheTunnelAlone() {
        relay.up("wg0.conf");
        peer.run(Software.subject().program().toString(), "wg0");
        String stripped = peer.adit("strip", peer.file("wg0.conf").toString()).run().ok().out();
        peer.adit("setconf", "wg0", "/dev/stdin").input(stripped).run().ok();
        peer.netns().move("wg0", container);
        container.run("ip", "address", "add", "192.0.2.2/32", "dev", "wg0");
        container.run("ip", "link", "set", "wg0", "up");
        container.run("ip", "route", "add", "default", "dev", "wg0");
        Outcome ping = container.ping("203.0.113.7", 5);
        if (!ping.succeeded()) throw new AssertionError(ping + "\n" + peer.command("wg").run());
        assertThat(container.run("ip", "-o", "link").lines()).hasSize(2); // with lo
        assertThat(peer.netns().pings("203.0.113.7", 1)).as("without the tunnel").isFalse();
        container.run("ip", "link", "delete", "wg0");
        peer.awaitState(peerBefore);
        relay.down("wg0.conf");
        relay.awaitState(relayBefore);
    }

    @Test
    void theHooksOfTheRelayAreRun() {
        relay.up("wg0.conf");
        relay.down("wg0.conf");
        assertThat(relay.read("log"))
                .isEqualTo(
                        """
                        resolvconf -a wg0 -m 0 -x
                        iptables -A FORWARD -i wg0 -j ACCEPT
                        iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE
                        ip6tables -A FORWARD -i wg0 -j ACCEPT
                        ip6tables -t nat -A POSTROUTING -o eth0 -j MASQUERADE
                        resolvconf -d wg0 -f
                        iptables -D FORWARD -i wg0 -j ACCEPT
                        iptables -t nat -D POSTROUTING -o eth0 -j MASQUERADE
                        ip6tables -D FORWARD -i wg0 -j ACCEPT
                        ip6tables -t nat -D POSTROUTING -o eth0 -j MASQUERADE
                        """);
        relay.awaitState(relayBefore);
    }

    @Test
    void aNamespaceSendsAllOfItsTrafficThroughTheRelay() {
        Software.requireTool("nft");
        relay.up("wg0.conf");
        peer.up("wg0.conf");
        peer.assertReaches("192.0.2.1");
        peer.assertReaches("203.0.113.7");
        assertThat(peer.run("wg", "show", "wg0", "persistent-keepalive").out()).contains("\t21");
        peer.down("wg0.conf");
        peer.awaitState(peerBefore);
        assertThat(peer.netns().pings("203.0.113.7", 1)).isFalse();
        relay.down("wg0.conf");
        relay.awaitState(relayBefore);
    }
}
