package dev.adit.it;

import dev.adit.it.lab.Machine;
import dev.adit.it.lab.Netns;
import dev.adit.it.lab.Seeds;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Two networks that a tunnel between their routers joins.
///
/// ```
/// 192.168.1.0/24  ┌────────────────┐    172.31.0.0/16    ┌────────────────┐  192.168.2.0/24
/// ── .20 ─── .10 ─┤ vpnr1          ├─────────────────────┤ vpnr2          ├─ .10 ─── .20 ──
///   lan1          │ 192.168.222.1  │ .1.11         .2.11 │ 192.168.222.2  │          lan2
///                 └────────────────┘                     └────────────────┘
/// ```
class SeedSiteToSiteTest {
    private final Machine[] routers = new Machine[2];
    private final Netns[] hosts = new Netns[2];

    @AfterEach
    void stop() {
        for (Machine router : routers) if (router != null) router.close();
        for (Netns host : hosts) if (host != null) host.close();
    }

    @Test
    void hostsOfBothNetworksReachEachOther() {
        Seeds seeds = new Seeds("site-to-site");
        for (int i = 0; i < 2; i++) {
            routers[i] = Machine.create("r" + i);
            hosts[i] = Netns.create("h" + i);
            String network = "192.168." + (i + 1);
            routers[i].netns().connect("lan", hosts[i], "eth0");
            routers[i].netns().address("lan", network + ".10/24");
            hosts[i].address("eth0", network + ".20/24");
            hosts[i].run("ip", "route", "add", "default", "via", network + ".10");
            routers[i].run("sysctl", "-qw", "net.ipv4.ip_forward=1");
            routers[i].write("wg0.conf", seeds.text("vpnr" + (i + 1) + ".conf"));
        }
        routers[0].netns().connect("wan", routers[1].netns(), "wan");
        routers[0].netns().address("wan", "172.31.1.11/16");
        routers[1].netns().address("wan", "172.31.2.11/16");
        String[] before = {routers[0].state(), routers[1].state()};
        for (Machine router : routers) router.up("wg0.conf");
        hosts[0].ping("192.168.2.20", 5).ok();
        hosts[1].ping("192.168.1.20", 5).ok();
        routers[0].assertReaches("192.168.222.2");
        for (int i = 0; i < 2; i++) {
            routers[i].down("wg0.conf");
            routers[i].awaitState(before[i]);
        }
    }
}
