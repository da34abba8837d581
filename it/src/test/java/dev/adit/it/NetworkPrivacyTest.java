package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.Capture;
import dev.adit.it.lab.Command;
import dev.adit.it.lab.CuriousProgram;
import dev.adit.it.lab.DnsServer;
import dev.adit.it.lab.Host;
import dev.adit.it.lab.IpHeaderView;
import dev.adit.it.lab.Keys;
import dev.adit.it.lab.Netns;
import dev.adit.it.lab.Outcome;
import dev.adit.it.lab.Running;
import dev.adit.it.lab.Software;
import dev.adit.it.lab.UnprivilegedProgram;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A program with a network of its own asks for names and addresses of every kind, while the tunnel
/// is up, down, closing and closed. Nothing but WireGuard leaves its host.
///
/// ```
/// ┌─ program ────────────┐                 ┌─ office ────────────────┐
/// │ 10.9.0.1 fd09::1     │  192.0.2.0/24   │ 10.9.0.2 fd09::2        │
/// │ 192.0.2.1            ├─────────────────┤ 192.0.2.2   name server │
/// │ resolver: 192.0.2.2  │  2001:db8::/64  │ of the tunnel           │
/// │ captured: eth0, lo   │                 │                         │
/// └──────────────────────┘                 └─────────────────────────┘
/// ```
///
/// The host has no default route, but a resolver on its own link, so that a question to it would be
/// seen. That the capture sees one is asserted at the end.
class NetworkPrivacyTest {
    @TempDir private Path folder;
    private Netns left, right;
    private Host host;
    private Path conf;
    private UnprivilegedProgram programs;
    private Running names;

    @BeforeEach
    void start() {
        left = Netns.create("program");
        right = Netns.create("office");
        left.connect("eth0", right, "eth0");
        left.address("eth0", "192.0.2.1/24", "2001:db8::1/64");
        right.address("eth0", "192.0.2.2/24", "2001:db8::2/64");
        Keys keys = Keys.generate();
        host = Host.start(right, Software.wireguardGo(), 51821);
        host.address("10.9.0.2/24", "fd09::2/64").up();
        host.set("peer", keys.publicKey(), "allowed-ips", "10.9.0.1/32,fd09::1/128");
        Path addresses = UnprivilegedProgram.readable(folder.resolve("addresses"), "10.9.0.3\n");
        names = right.start(DnsServer.in(right, "10.9.0.2", addresses));
        names.awaitOutput("ready");
        conf =
                UnprivilegedProgram.readable(
                        folder.resolve("office.conf"),
                        """
                        [Interface]
                        PrivateKey = %s
                        Address = 10.9.0.1/24, fd09::1/64
                        DNS = 10.9.0.2, corp
                        [Peer]
                        PublicKey = %s
                        AllowedIPs = 10.9.0.0/24, fd09::/64
                        Endpoint = 192.0.2.2:51821
                        """
                                .formatted(keys.privateKey(), host.publicKey()));
        programs = UnprivilegedProgram.in(folder);
    }

    @AfterEach
    void stop() {
        if (left != null) left.close();
        if (right != null) right.close();
    }

    @Test
    void nothingButWireGuardLeavesTheHost() {
        Path down = folder.resolve("down");
        try (Capture cable = Capture.start(left, "eth0", LEAVING);
                Capture loopback = Capture.start(left, "lo", LEAVING)) {
            Running program = left.start(curious("network", conf.toString(), down.toString()));
            awaitOutput(program, "asked up");
            assertThat(names.output())
                    .contains("asked for up-short.corp.", "asked for up-name.example.");
            host.daemon().close();
            UnprivilegedProgram.readable(down, "");
            awaitOutput(program, "asked down");
            awaitOutput(program, "asked closed");
            Outcome outcome = program.outcome(Duration.ofSeconds(30)).ok();
            assertThat(outcome.out()).contains("peers: true", "asked the host");

            cable.await("the host's question", packet -> packet.contains("control"));
            List<IpHeaderView> others = new ArrayList<>(cable.packets());
            others.removeIf(NetworkPrivacyTest::isWireGuard);
            others.removeIf(packet -> packet.contains("control"));
            assertThat(others).isEmpty();
            assertThat(loopback.packets()).isEmpty();
            assertThat(cable.packets())
                    .noneMatch(packet -> packet.contains("example") && isWireGuard(packet));
        }
    }

    @Test
    void withoutAResolverOfTheJvmNeitherDoesTheNameOfAUrl() {
        try (Capture cable = Capture.start(left, "eth0", LEAVING)) {
            Command asking = curious("url", conf.toString());
            asking.with("JAVA_TOOL_OPTIONS", "-Djdk.net.hosts.file=/dev/null").run().ok();
            assertThat(names.output()).contains("asked for page.example.");
            assertThat(cable.packets()).isNotEmpty().allMatch(NetworkPrivacyTest::isWireGuard);
        }
    }

    private static boolean isWireGuard(IpHeaderView packet) {
        return packet.isBetween("192.0.2.1", "192.0.2.2")
                && packet.messageType() >= 1
                && packet.messageType() <= 4;
    }

    /// The command that runs the program where 192.0.2.2 is the host's resolver.
    private Command curious(String... arguments) {
        Path resolvers =
                UnprivilegedProgram.readable(
                        folder.resolve("resolv.conf"),
                        "nameserver 192.0.2.2\noptions timeout:1 attempts:1\n");
        String bind = "mount --bind " + resolvers + " /etc/resolv.conf && exec \"$@\"";
        List<String> argv = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", bind, "sh"));
        argv.addAll(programs.in(left, CuriousProgram.class, arguments).argv());
        return left.command(argv.toArray(String[]::new));
    }

    private static void awaitOutput(Running program, String text) {
        Await.until(
                () -> text + " and not " + program.output(),
                Duration.ofSeconds(30),
                () -> program.output().contains(text) || !program.alive());
        assertThat(program.output()).contains(text);
    }

    /// What leaves the host, but for what the kernel says of its own accord: ARP, neighbour
    /// discovery and multicast listener reports.
    private static final String LEAVING =
            "not arp and not src 192.0.2.2 and not src 2001:db8::2"
                    + " and not (icmp6 and ip6[40] >= 130 and ip6[40] <= 136)"
                    + " and not (ip6 and ip6[6] = 0)";
}
