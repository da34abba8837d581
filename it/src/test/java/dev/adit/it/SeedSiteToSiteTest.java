package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Capture;
import dev.adit.it.lab.CompatToolsNamespace;
import dev.adit.it.lab.IpHeaderView;
import dev.adit.it.lab.Machine;
import dev.adit.it.lab.Netns;
import dev.adit.it.lab.Seeds;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.nio.file.Path;

/// Two networks that a tunnel between their routers joins, with somebody in the middle.
///
/// ```
///   lan1, 192.168.1.0/24   172.31.1.0/24      172.31.2.0/24   lan2, 192.168.2.0/24
/// ┌───────┐     ┌───────────────┐  ┌──────────┐  ┌───────────────┐     ┌───────┐
/// │ vpnh1 ├─────┤ vpnr1         ├──┤ r1       ├──┤ vpnr2         ├─────┤ vpnh2 │
/// │ .11   │  .1 │ 192.168.222.1 │  │ observer │  │ 192.168.222.2 │ .1  │ .11   │
/// └───────┘     └───────────────┘  └──────────┘  └───────────────┘     └───────┘
///                          .11  .1            .1  .11
/// ```
class SeedSiteToSiteTest {
    private final Machine[] routers = new Machine[2];
    private final Netns[] hosts = new Netns[2];
    private final String[] before = new String[2];
    private Netns middle;

    @BeforeEach
    void start() {
        Seeds seeds = new Seeds("site-to-site");
        middle = Netns.create("m");
        middle.run("sysctl", "-qw", "net.ipv4.ip_forward=1");
        for (int i = 0; i < 2; i++) {
            int site = i + 1;
            String lan = "192.168." + site, wan = "172.31." + site;
            routers[i] = Machine.create("r" + i);
            hosts[i] = Netns.create("h" + i);
            Netns router = routers[i].netns();
            router.connect("lan", hosts[i], "eth0");
            router.connect("wan", middle, "wan" + site);
            router.address("lan", lan + ".1/24");
            router.address("wan", wan + ".11/24");
            middle.address("wan" + site, wan + ".1/24");
            hosts[i].address("eth0", lan + ".11/24");
            hosts[i].run("ip", "route", "add", "default", "via", lan + ".1");
            router.run("ip", "route", "add", "default", "via", wan + ".1");
            router.run("sysctl", "-qw", "net.ipv4.ip_forward=1");
            routers[i].write("wg0.conf", seeds.text("vpnr" + site + ".conf"));
            before[i] = routers[i].state();
        }
    }

    @AfterEach
    void stop() {
        for (Machine router : routers) if (router != null) router.close();
        for (Netns host : hosts) if (host != null) host.close();
        if (middle != null) middle.close();
    }

    @Test
    void manuallySetUpAndDestroyed() {
        for (int i = 0; i < 2; i++) {
            int here = i + 1, there = 2 - i;
            routers[i].run(CompatToolsNamespace.ROOT.resolve("aditd").toString(), "wg0");
            String own = "192.168.222." + here, other = "192.168.222." + there;
            routers[i].run(IFCONFIG, "wg0", "inet", own, own);
            routers[i].run(ROUTE, "add", other + "/32", "-interface", "wg0");
            routers[i].run(ROUTE, "add", "192.168." + there + ".0/24", "-interface", "wg0");
            String plain = routers[i].read("wg0.conf").replaceAll("Address = .*\n", "");
            Path file = routers[i].write("plain.conf", plain);
            routers[i].adit("setconf", "wg0", file.toString()).run().ok();
            routers[i].run(IFCONFIG, "wg0", "down", "up");
        }
        assertJoinedAndHidden();
        // In a jail of its article this gets stuck.
        for (Machine router : routers) router.run("ip", "link", "delete", "wg0");
        assertNothingIsLeft();
    }

    @Test
    void setUpAsAServiceAndStopped() {
        for (Machine router : routers) {
            String file = router.file("wg0.conf").toString();
            String rc = "wireguard_enable=YES wireguard_interfaces=" + file + "\n";
            router.environment("ADIT_RC_CONF", router.write("rc.conf", rc).toString());
            router.run(SERVICE, "start");
        }
        assertJoinedAndHidden();
        // In the article this leaves two programs behind.
        for (Machine router : routers) router.run(SERVICE, "stop");
        assertNothingIsLeft();
    }

    private void assertNothingIsLeft() {
        for (int i = 0; i < 2; i++) routers[i].awaitState(before[i]);
        assertThat(hosts[0].pings("192.168.2.11", 0.3)).isFalse();
    }

    private void assertJoinedAndHidden() {
        hosts[1].ping("192.168.1.11", 5).ok();
        routers[0].assertReaches("192.168.222.2");
        try (Capture outside = Capture.start(middle, "wan1", "ip");
                Capture inside = Capture.start(routers[1].netns(), "lan", "icmp")) {
            hosts[0].ping("192.168.2.11", 5, "-p", PATTERN_HEX).ok();
            inside.await("the pattern inside", packet -> packet.contains(PATTERN));
            outside.await("an answer", packet -> packet.sourceHost() == 11 && isData(packet));
            assertThat(outside.packets()).hasSizeGreaterThanOrEqualTo(2);
            assertThat(outside.packets()).allMatch(SeedSiteToSiteTest::isData);
            assertThat(outside.packets()).noneMatch(packet -> packet.contains(PATTERN));
            // Past the tunnel everybody can read it.
            routers[0].netns().ping("172.31.2.1", 5, "-p", PATTERN_HEX).ok();
            outside.await("the pattern outside", packet -> packet.contains(PATTERN));
        }
    }

    /// Data between the two endpoints, from port to port.
    private static boolean isData(IpHeaderView packet) {
        return packet.isBetween("172.31.1.11", "172.31.2.11")
                && packet.sourcePort() == 51820
                && packet.messageType() == 4;
    }

    private static final String PATTERN = "PLAINPLAINPLAIN", PATTERN_HEX = "504c41494e";
    private static final String IFCONFIG =
            CompatToolsNamespace.ROOT.resolve("compat/bin/ifconfig").toString();
    private static final String ROUTE =
            CompatToolsNamespace.ROOT.resolve("compat/bin/route").toString();
    private static final String SERVICE =
            CompatToolsNamespace.ROOT.resolve("dist/rc.d/adit").toString();
}
