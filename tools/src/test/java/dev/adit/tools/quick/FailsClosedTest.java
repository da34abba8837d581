package dev.adit.tools.quick;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// What is meant for a tunnel stays in when its daemon dies: the routes that outlive it.
class FailsClosedTest {

    @TempDir Path folder;
    private QuickFixture bench;
    private String before;

    @BeforeEach
    void empty() {
        bench = new QuickFixture(folder);
        before = bench.system.snapshot();
    }

    @Test
    void whateverIsRoutedIntoATunnelIsUnreachableWithoutIt() throws IOException {
        up("wg0", QuickFixture.FULL);
        killDaemon("wg0");
        assertThat(bench.system.routes)
                .containsExactlyInAnyOrder(
                        "-4 unreachable 0.0.0.0/0 metric 4294967295 table 51820",
                        "-6 unreachable ::/0 metric 4294967295 table 51820",
                        "-4 unreachable 198.51.100.0/24 metric 4294967295 table main",
                        "-4 unreachable 192.0.2.0/24 metric 4294967295 table main",
                        "-6 unreachable 2001:db8::/64 metric 4294967295 table main");
        assertThat(bench.system.rules.get("-4").values())
                .contains("not from all fwmark 0xca6c lookup 51820");
        assertThat(bench.run("down", "wg0")).isZero();
        assertThat(bench.system.snapshot()).isEqualTo(before);
    }

    /// The routes come before the rules and routes that lead into the tunnel.
    @Test
    void noMomentIsWithoutThem() throws IOException {
        up("wg0", QuickFixture.FULL);
        List<String> log = bench.system.log;
        int last = Math.max(log.indexOf("ip -4 -batch -"), log.indexOf("ip -6 -batch -"));
        assertThat(log.subList(0, last).toString()).doesNotContain("rule add", "route add");
        assertThat(log.subList(last, log.size()).toString()).contains("rule add", "route add");
    }

    @Test
    void aTableOfTheUsersIsTreatedTheSame() throws IOException {
        up("wg0", QuickFixture.FULL.replace("DNS", "Table = 77\nDNS"));
        assertThat(bench.system.routes)
                .contains("-4 unreachable 0.0.0.0/0 metric 4294967295 table 77");
        assertThat(bench.run("down", "wg0")).isZero();
        assertThat(bench.system.snapshot()).isEqualTo(before);
    }

    @Test
    void routesThatTheUserMakesAreTheUsers() throws IOException {
        up("wg0", QuickFixture.FULL.replace("DNS", "Table = off\nDNS"));
        assertThat(bench.system.routes).isEmpty();
    }

    /// Such a route would be more specific than the one into the tunnel.
    @Test
    void whatAnAddressRoutesAlreadyGetsNoneOfItsOwn() throws IOException {
        up(
                "wg0",
                QuickFixture.FULL
                        .replaceAll("AllowedIPs.*", "AllowedIPs = 192.0.2.9/32, fe80::/64")
                        .replace("2001:db8::3/64", "fe80::1/64"));
        assertThat(bench.system.routes)
                .containsExactly("-4 unreachable 192.0.2.0/24 metric 4294967295 table main");
    }

    @Test
    void whatTwoTunnelsNeedStaysForTheSecond() throws IOException {
        String conf = QuickFixture.FULL.replaceAll("AllowedIPs.*", "AllowedIPs = 192.0.2.9/32");
        up("wg0", conf);
        up("wg1", conf);
        assertThat(bench.run("down", "wg0")).isZero();
        assertThat(bench.system.routes)
                .contains("-4 unreachable 192.0.2.0/24 metric 4294967295 table main");
        assertThat(bench.run("down", "wg1")).isZero();
        assertThat(bench.system.snapshot()).isEqualTo(before);
    }

    private void up(String name, String conf) throws IOException {
        bench.write(name, conf);
        assertThat(bench.run("up", name)).as(bench.err()).isZero();
    }

    private void killDaemon(String name) {
        bench.system.links.remove(name);
        bench.system.routes.removeIf(route -> route.contains(" dev " + name));
        bench.system.devices.clear();
    }
}
