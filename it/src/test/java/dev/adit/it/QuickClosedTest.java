package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.Keys;
import dev.adit.it.lab.Machine;
import dev.adit.it.lab.Outcome;
import dev.adit.it.lab.Software;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;

/// What `adit up` leaves stays sound whatever becomes of the daemon, of the interface and of files
/// that other users have open.
///
/// ```
/// ┌────────────────────────────────────────────────────────────┐
/// │ a: wg0 10.9.0.1, eth0 198.51.100.1 with the default routes │
/// └────────────────────────────────────────────────────────────┘
/// ```
class QuickClosedTest {
    private Machine machine;
    private String before;

    @BeforeEach
    void start() {
        Software.requireTool("nft");
        machine = Machine.create("a");
        machine.run("ip", "link", "add", "eth0", "type", "veth", "peer", "name", "cable");
        machine.run("ip", "link", "set", "cable", "up");
        machine.run("ip", "link", "set", "eth0", "up");
        machine.netns().address("eth0", "198.51.100.1/24", "2001:db8:ffff::1/64");
        machine.run("ip", "route", "add", "default", "via", "198.51.100.2");
        machine.run("ip", "-6", "route", "add", "default", "via", "2001:db8:ffff::2");
        machine.run("sysctl", "-qw", "net.ipv4.conf.all.src_valid_mark=1");
        before = machine.state();
    }

    @AfterEach
    void stop() {
        if (machine != null) machine.close();
    }

    @Test
    void nothingOfAFullTunnelLeavesByTheUplinkWhenTheDaemonIsKilled() {
        up("", "AllowedIPs = 0.0.0.0/0, ::/0");
        killDaemon();
        for (String outside : new String[] {"203.0.113.8", "2001:db8:8::8"}) {
            assertUnreachable(outside);
        }
        takeDown();
        assertThat(way("203.0.113.8")).contains("eth0");
    }

    @Test
    void nothingOfASplitTunnelLeavesByTheUplinkWhenTheDaemonIsKilled() {
        up("", "AllowedIPs = 10.9.0.9/32, 192.168.0.0/16, fd09:5::/32");
        assertThat(way("192.168.5.5")).contains("wg0");
        killDaemon();
        for (String inside : new String[] {"10.9.0.9", "192.168.5.5", "fd09:5::5", "fd09::5"}) {
            assertUnreachable(inside);
        }
        assertThat(way("203.0.113.8")).contains("eth0");
        takeDown();
        assertThat(way("192.168.5.5")).contains("eth0");
    }

    /// `up` begins anew where the daemon has died.
    @Test
    void theNextUpTakesThePlaceOfWhatIsLeft() {
        up("", "AllowedIPs = 0.0.0.0/0, ::/0");
        killDaemon();
        up("", "AllowedIPs = 0.0.0.0/0, ::/0");
        assertThat(way("203.0.113.8")).contains("wg0");
        takeDown();
    }

    @Test
    void noOtherUserCanHoldUpWhatRootBringsUp() {
        up("", "AllowedIPs = 0.0.0.0/0");
        takeDown();
        String lock =
                "for f in /run/adit/.*lock* /run/adit/*; do"
                        + " { flock -s 9 && echo held $f; } 9<$f; done 2>/dev/null; true";
        Outcome other =
                machine.command("setpriv", "--reuid=65534", "--clear-groups", "sh", "-c", lock)
                        .run();
        assertThat(other.out()).doesNotContain("held");
        assertThat(
                        machine.run("sh", "-c", "umask 0; stat -c %a%u /run/adit /run/adit/.*lock")
                                .out())
                .isEqualTo("7000\n6000\n6000\n");
    }

    @Test
    void hooksSeeTheVariablesOfWgQuickAndAddressesAreThoseOfIp() {
        up(
                "PostUp = echo \"$INTERFACE|$CONFIG_FILE|${ADDRESSES[*]}|$WG_CONFIG\" > "
                        + machine.file("seen"),
                "AllowedIPs = 10.9.0.0/16");
        String file = machine.file("wg0.conf").toString();
        assertThat(machine.read("seen"))
                .startsWith("wg0|" + file + "|10.9.0.1/255.255.255.0 fd09::1/0x40|[Interface]\n")
                .contains("PrivateKey = ");
        assertThat(machine.run("ip", "-o", "address", "show", "dev", "wg0").out())
                .contains("inet 10.9.0.1/24 ", "inet6 fd09::1/64 ");
        takeDown();
    }

    @Test
    void downEndsTheDaemonOfAnInterfaceThatAHookHasMoved() {
        machine.run("sh", "-c", "mkdir -p /run/netns && ip netns add elsewhere");
        String all = machine.state();
        up("PostUp = ip link set %i netns elsewhere", "AllowedIPs = 10.9.0.0/16");
        Outcome down = machine.adit("down", machine.file("wg0.conf").toString()).run().ok();
        assertThat(down.err()).contains("rm -f /var/run/wireguard/wg0.sock");
        machine.awaitState(all);
        assertThat(machine.run("ip", "-n", "elsewhere", "link").out()).doesNotContain("wg0");
    }

    private void up(String hooks, String allowedIps) {
        String conf =
                """
                [Interface]
                PrivateKey = %s
                Address = 10.9.0.1/255.255.255.0, fd09::1/0x40
                %s
                [Peer]
                PublicKey = %s
                %s
                Endpoint = 198.51.100.2:51820
                """;
        String key = Keys.generate().privateKey(), peer = Keys.generate().publicKey();
        machine.write("wg0.conf", conf.formatted(key, hooks, peer, allowedIps));
        machine.adit("up", machine.file("wg0.conf").toString()).run().ok();
    }

    /// For IPv4, ip(8) prints the error of such a route, and for IPv6 the route.
    private void assertUnreachable(String address) {
        assertThat(way(address))
                .doesNotContain("eth0", "wg0")
                .containsAnyOf("No route to host", "unreachable");
    }

    private void killDaemon() {
        // By its namespace, since other tests have daemons of this name; [w] keeps this shell out.
        String daemon =
                """
                here=$(readlink /proc/self/ns/net)
                for p in /proc/[0-9]*; do
                    [ "$(readlink $p/ns/net 2>/dev/null)" = "$here" ] || continue
                    tr '\\0' ' ' <$p/cmdline | grep -q 'daemon.Daemon [w]g0' || continue
                    kill -9 "${p#/proc/}" && killed=yes
                done
                [ "$killed" ]
                """;
        machine.run("sh", "-c", daemon);
        Await.until(
                "the interface is gone",
                Duration.ofSeconds(10),
                () -> !machine.command("ip", "link", "show", "wg0").run().succeeded());
    }

    private void takeDown() {
        machine.adit("down", machine.file("wg0.conf").toString()).run().ok();
        machine.awaitState(before);
    }

    /// How packets to `address` leave, or why they do not.
    private String way(String address) {
        Outcome route = machine.command("ip", "route", "get", address).run();
        return route.out() + route.err();
    }
}
