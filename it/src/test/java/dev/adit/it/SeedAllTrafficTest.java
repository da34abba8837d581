package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.Machine;
import dev.adit.it.lab.Netns;
import dev.adit.it.lab.Running;
import dev.adit.it.lab.Seeds;
import dev.adit.it.lab.Software;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A phone that sends everything through its server, and what of it an observer before its door
/// sees.
///
/// ```
/// ┌──────────────────────┐ 198.51.100.0/24    ┌──────────────────────────┐
/// │ phone                ├────────────────────┤ public-server1           │
/// │ 192.0.2.3            │ 2001:db8:ffff::/64 │ 192.0.2.1, 2001:db8::1   │
/// │ 2001:db8::3          │ ▲                  │ the internet, on lo:     │
/// └──────────────────────┘ │                  │ 203.0.113.7, 2001:db8:7::│
///                       observer              └──────────────────────────┘
/// ```
class SeedAllTrafficTest {
    private static final String INTERNET_V4 = "203.0.113.7", INTERNET_V6 = "2001:db8:7::7";
    private Machine phone, server;
    private String before;

    static Stream<Arguments> casts() {
        Software ours = Software.subject();
        Software go = Software.wireguardGo(), newer = Software.newerWireguardGo();
        return Stream.of(
                Arguments.of(ours, ours),
                Arguments.of(ours, go),
                Arguments.of(ours, newer),
                Arguments.of(go, ours),
                Arguments.of(newer, ours));
    }

    private void start(Software calling, Software serving) {
        Software.requireTool("nft");
        Software.requireTool("tcpdump");
        phone = machine("p", calling);
        server = machine("s", serving);
        Netns near = phone.netns(), far = server.netns();
        near.connect("eth0", far, "eth0");
        near.address("eth0", "198.51.100.3/24", "2001:db8:ffff::3/64");
        far.address("eth0", "198.51.100.1/24", "2001:db8:ffff::1/64");
        far.address("lo", INTERNET_V4 + "/32", INTERNET_V6 + "/128");
        near.run("ip", "route", "add", "default", "via", "198.51.100.1");
        near.run("ip", "-6", "route", "add", "default", "via", "2001:db8:ffff::1");
        phone.hosts("198.51.100.1 public-server1.example-vpn.dev\n");
        Seeds seeds = new Seeds("all-traffic");
        phone.write("wg0.conf", seeds.text("phone.conf"));
        server.write("wg0.conf", seeds.text("public-server1.conf"));
        server.up("wg0.conf");
        near.run("ping", "-c1", "-W5", INTERNET_V4);
        before = phone.state();
    }

    private static Machine machine(String role, Software daemon) {
        String program = daemon.required().program().toString();
        return Machine.create(role).environment("WG_QUICK_USERSPACE_IMPLEMENTATION", program);
    }

    @AfterEach
    void stop() {
        if (phone != null) phone.close();
        if (server != null) server.close();
    }

    @ParameterizedTest(name = "{0} calls {1}")
    @MethodSource("casts")
    void nothingLeavesButTheTunnel(Software calling, Software serving) {
        start(calling, serving);
        phone.up("wg0.conf");
        phone.assertReaches(INTERNET_V4);
        phone.assertReaches(INTERNET_V6);
        try (Running observer = observe();
                Running v4 = talk(INTERNET_V4);
                Running v6 = talk(INTERNET_V6)) {
            Await.until(
                    () -> "packets in the tunnel: " + observer.output(),
                    Duration.ofSeconds(10),
                    () -> observer.output().lines().filter(TUNNEL.asPredicate()).count() > 200);
            // A server that does not answer is no reason to go another way.
            server.run("ip", "link", "set", "wg0", "down");
            Await.pass(Duration.ofSeconds(1));
            server.run("ip", "link", "set", "wg0", "up");
            Await.pass(Duration.ofSeconds(1));
            assertThat(plain(observer)).isEmpty();
            assertThat(v4.alive() && v6.alive()).isTrue();
        }
        phone.down("wg0.conf");
        phone.awaitState(before);
    }

    @Test
    void nothingLeavesBetweenTheFirstPacketInTheTunnelAndTheLast() {
        start(Software.subject(), Software.subject());
        try (Running observer = observe();
                Running v4 = talk(INTERNET_V4);
                Running v6 = talk(INTERNET_V6)) {
            awaitPlain(observer, 0);
            phone.up("wg0.conf");
            int plainBefore = plain(observer).size();
            Await.pass(Duration.ofSeconds(1));
            phone.down("wg0.conf");
            awaitPlain(observer, plainBefore);
            for (String target : List.of(INTERNET_V4, INTERNET_V6))
                assertOneAbsence(observer, target);
            assertThat(plain(observer))
                    .as("inner addresses outside")
                    .noneMatch(
                            line -> line.contains("192.0.2.3 >") || line.contains("2001:db8::3 >"));
            assertThat(v4.alive() && v6.alive()).isTrue();
        }
        phone.awaitState(before);
    }

    /// Packets are numbered: those outside miss one range of numbers, that of those in the tunnel.
    /// One that strayed in between would make two of it. A few are lost when the routes change.
    private static void assertOneAbsence(Running observer, String target) {
        List<Integer> numbers =
                plain(observer).stream()
                        .filter(line -> line.contains(" > " + target + ":"))
                        .map(line -> Integer.valueOf(line.replaceFirst(".* seq ([0-9]+),.*", "$1")))
                        .toList();
        List<String> absences = new ArrayList<>();
        for (int i = 1; i < numbers.size(); i++) {
            int from = numbers.get(i - 1), to = numbers.get(i);
            if (to - from > FEW) absences.add(from + "-" + to);
        }
        assertThat(absences).as("where packets to " + target + " are not outside").hasSize(1);
    }

    private void awaitPlain(Running observer, int count) {
        Await.until(
                () -> "more packets outside: " + observer.output(),
                Duration.ofSeconds(10),
                () ->
                        plain(observer).stream().filter(l -> l.contains(INTERNET_V4)).count() > 0
                                && plain(observer).size() > count + 20);
    }

    /// Prints what leaves the phone, line by line, but for the talk of neighbours.
    private Running observe() {
        Running observer =
                phone.netns()
                        .start(
                                phone.command(
                                        "tcpdump",
                                        "-Z",
                                        "root",
                                        "-lnn",
                                        "-tt",
                                        "--immediate-mode",
                                        "-Q",
                                        "out",
                                        "-i",
                                        "eth0",
                                        FILTER));
        observer.awaitOutput("listening on");
        return observer;
    }

    private Running talk(String target) {
        return phone.netns().start(phone.command("ping", "-n", "-q", "-i", "0.01", target));
    }

    private static List<String> plain(Running observer) {
        return observer.output()
                .lines()
                .filter(line -> line.contains(" > ") && !TUNNEL.matcher(line).find())
                .toList();
    }

    private static final Pattern TUNNEL = Pattern.compile(" > 198\\.51\\.100\\.1\\.51820: UDP");
    private static final int FEW = 10;

    // Reports of multicast listeners come behind a hop-by-hop header of eight bytes.
    private static final String FILTER =
            "not arp and not (icmp6 and ip6[40] >= 130 and ip6[40] <= 143) and not (ip6[6] = 0 and"
                    + " ip6[40] = 58 and ip6[48] >= 130 and ip6[48] <= 143)";
}
