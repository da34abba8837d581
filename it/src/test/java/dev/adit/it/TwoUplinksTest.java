package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.Host;
import dev.adit.it.lab.Netns;
import dev.adit.it.lab.Running;
import dev.adit.it.lab.Software;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A client with two ways to the internet, of which the first one fails.
///
/// ```
/// ┌──────────────┐ eth0  10.0.1.0/24  fd00:1::/64 ┌──────────┐ 198.51.100.0/24    ┌────────────┐
/// │ client: ours ├────────────────────────────────┤ internet ├────────────────────┤ server:    │
/// │ 10.9.0.1     ├────────────────────────────────┤          │ 2001:db8:ffff::/64 │ another    │
/// └──────────────┘ eth1  10.0.2.0/24  fd00:2::/64 └──────────┘ .1              .2 │ 10.9.0.2   │
///                                                                                 └────────────┘
/// ```
class TwoUplinksTest {
    private final List<Netns> all = new ArrayList<>();
    private Netns near, internet;
    private Host client, server;

    @AfterEach
    void stop() {
        all.forEach(Netns::close);
    }

    @ParameterizedTest(name = "IPv6 outside: {0}")
    @ValueSource(booleans = {false, true})
    void aCableThatIsPulledIsNotMissed(boolean v6) {
        start(v6);
        // The addresses go with the link, as they do unless somebody says otherwise.
        for (String which : List.of("all", "default", "eth0")) {
            near.run("sysctl", "-qw", "net.ipv6.conf." + which + ".keep_addr_on_down=0");
        }
        near.run("ip", "link", "set", "eth0", "down");
        useUplink(2);
        awaitFollowed(Duration.ofSeconds(3));
    }

    /// The link stays, and the address, so that nothing tells but the route.
    @ParameterizedTest(name = "IPv6 outside: {0}")
    @ValueSource(booleans = {false, true})
    void anUplinkIsLeftWithItsRoute(boolean v6) {
        start(v6);
        breakFirstUplink();
        useUplink(2);
        awaitFollowed(Duration.ofSeconds(2));
    }

    /// What chooses the way is another table, with a rule that comes to stand before the first.
    @Test
    void anUplinkIsLeftWithARule() {
        start(false);
        near.run("ip route add default via 10.0.2.1 table 99".split(" "));
        breakFirstUplink();
        near.run("ip rule add to 198.51.100.2 table 99".split(" "));
        awaitFollowed(Duration.ofSeconds(2));
    }

    /// Both uplinks work, so that packets which are under way to the address that was left arrive
    /// there, and must not bring it back.
    @ParameterizedTest(name = "IPv6 outside: {0}, ours at both ends: {1}")
    @CsvSource({"false, false", "true, false", "false, true", "true, true"})
    void everyChangeIsFollowedAtOnceAndForGood(boolean v6, boolean ours) {
        start(v6, ours ? Software.subject() : Software.other());
        try (Running traffic = near.start(near.command("ping", "-qi", "0.005", "10.9.0.2"))) {
            for (int change = 1; change <= 12; change++) {
                int uplink = 1 + change % 2;
                String source = (v6 ? "[fd00:" + uplink + "::2]" : "10.0." + uplink + ".2") + ":";
                useUplink(uplink);
                String what = change + ": the change to " + source;
                Await.until(
                        () -> what + "\n" + report(),
                        Duration.ofMillis(900),
                        () -> server.dump().peer().endpoint().startsWith(source));
                if (change % 3 != 0) continue; // now and then one comes right after another
                for (int i = 0; i < 20; i++) {
                    assertThat(server.dump().peer().endpoint()).as(this::report).startsWith(source);
                }
            }
            assertThat(traffic.alive()).isTrue();
        }
    }

    private void breakFirstUplink() {
        internet.run("ip", "address", "flush", "dev", "lan1");
        internet.run("ip", "link", "set", "lan1", "address", "02:00:00:00:00:01"); // nobody's
    }

    private void start(boolean v6) {
        start(v6, Software.other());
    }

    private void start(boolean v6, Software other) {
        near = create("c");
        internet = create("i");
        Netns far = create("s");
        internet.run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
        for (int i = 1; i <= 2; i++) {
            near.connect("eth" + (i - 1), internet, "lan" + i);
            internet.address("lan" + i, "10.0." + i + ".1/24", "fd00:" + i + "::1/64");
            near.address("eth" + (i - 1), "10.0." + i + ".2/24", "fd00:" + i + "::2/64");
        }
        internet.connect("wan", far, "eth0");
        internet.address("wan", "198.51.100.1/24", "2001:db8:ffff::1/64");
        far.address("eth0", "198.51.100.2/24", "2001:db8:ffff::2/64");
        far.run("ip", "route", "add", "default", "via", "198.51.100.1");
        far.run("ip", "-6", "route", "add", "default", "via", "2001:db8:ffff::1");
        useUplink(1);
        client = Host.start(near, Software.subject(), 51820).address("10.9.0.1/24").up();
        server = Host.start(far, other, 51821).address("10.9.0.2/24").up();
        server.set("peer", client.publicKey(), "allowed-ips", "10.9.0.1/32");
        String endpoint = v6 ? "[2001:db8:ffff::2]:51821" : "198.51.100.2:51821";
        client.set("peer", server.publicKey(), "allowed-ips", "10.9.0.2/32", "endpoint", endpoint);
        assertThat(near.pings("10.9.0.2", 4)).as(this::report).isTrue();
        assertThat(server.dump().peer().endpoint()).contains(v6 ? "fd00:1::2" : "10.0.1.2");
    }

    private Netns create(String role) {
        Netns netns = Netns.create(role);
        all.add(netns);
        return netns;
    }

    private void useUplink(int number) {
        String v4 = "ip route replace default via 10.0." + number + ".1";
        String v6 = "ip -6 route replace default via fd00:" + number + "::1";
        near.run(v4.split(" "));
        near.run(v6.split(" "));
    }

    private void awaitFollowed(Duration limit) {
        Await.until(this::report, limit, () -> near.pings("10.9.0.2", 0.5));
        assertThat(server.dump().peer().endpoint()).containsPattern("10\\.0\\.2\\.2|fd00:2::2");
        assertThat(server.netns().pings("10.9.0.1", 2)).as(this::report).isTrue();
    }

    private String report() {
        return client.report() + server.report();
    }
}
