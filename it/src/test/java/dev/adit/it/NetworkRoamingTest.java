package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.Capture;
import dev.adit.it.lab.EchoTransfer;
import dev.adit.it.lab.Host;
import dev.adit.it.lab.Keys;
import dev.adit.it.lab.Netns;
import dev.adit.it.lab.Outcome;
import dev.adit.it.lab.Running;
import dev.adit.it.lab.Software;
import dev.adit.it.lab.UnprivilegedProgram;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/// A program's network keeps a TCP connection while both of its ends move and the other one is
/// started again: every byte comes there and back.
///
/// ```
/// ┌─ program ────────────┐                 ┌─ Linux ─────────────────┐
/// │ 10.9.0.1             │  192.0.2.0/24   │ 10.9.0.2, echo          │
/// │ 192.0.2.1            ├─────────────────┤ 192.0.2.2, restarted    │
/// │ 192.0.2.11           │                 │ 192.0.2.22              │
/// └──────────────────────┘                 └─────────────────────────┘
/// ```
class NetworkRoamingTest {
    @TempDir private Path folder;
    private Netns left, right;
    private Host host;
    private Running program;

    static Stream<Software> peers() {
        return Stream.of(Software.wireguardGo(), Software.newerWireguardGo());
    }

    @AfterEach
    void stop() {
        if (left != null) left.close();
        if (right != null) right.close();
    }

    @ParameterizedTest(name = "with {0}")
    @MethodSource("peers")
    void aConnectionOutlivesRestartsAndMoves(Software peer) {
        peer.required();
        Path end = folder.resolve("end");
        start(peer, end);
        awaitMoreBlocks("at the beginning");
        assertTrafficClassInsideAlone();

        host.restart();
        awaitMoreBlocks("after the peer was restarted");

        readdress(right, "192.0.2.2/24", "192.0.2.22/24");
        // wireguard-go goes on with a source address that is gone.
        host.set("peer", key(), "endpoint", host.dump().peer().endpoint());
        awaitMoreBlocks("after the peer has moved");

        readdress(left, "192.0.2.1/24", "192.0.2.11/24");
        awaitMoreBlocks("after the program has moved");
        assertThat(host.dump().peer().endpoint()).startsWith("192.0.2.11:");

        UnprivilegedProgram.readable(end, "");
        Outcome outcome = program.outcome(Duration.ofSeconds(60)).ok();
        String sent = outcome.out().replaceFirst("(?s).*sent (\\w+)\n.*", "$1");
        assertThat(sent).hasSize(64);
        assertThat(outcome.out()).contains("came " + sent).doesNotContain("xception");
    }

    private void start(Software peer, Path end) {
        left = Netns.create("program");
        right = Netns.create("linux");
        left.connect("eth0", right, "eth0");
        left.address("eth0", "192.0.2.1/24");
        right.address("eth0", "192.0.2.2/24");
        Keys keys = Keys.generate();
        host = Host.start(right, peer, 51821).address("10.9.0.2/24").up();
        host.set("peer", keys.publicKey(), "allowed-ips", "10.9.0.1/32");
        Path conf =
                UnprivilegedProgram.readable(
                        folder.resolve("office.conf"),
                        """
                        [Interface]
                        PrivateKey = %s
                        Address = 10.9.0.1/24
                        [Peer]
                        PublicKey = %s
                        AllowedIPs = 10.9.0.2/32
                        Endpoint = 192.0.2.2:51821
                        """
                                .formatted(keys.privateKey(), host.publicKey()));
        UnprivilegedProgram programs = UnprivilegedProgram.in(folder);
        right.start(programs.asRoot(right, EchoTransfer.class, "serve", "7"));
        right.awaitTcpPort(7);
        String[] carry = {"carry", conf.toString(), "10.9.0.2", "7", end.toString()};
        program = left.start(programs.in(left, EchoTransfer.class, carry));
    }

    /// What the socket asked for is seen inside the tunnel, and not outside.
    private void assertTrafficClassInsideAlone() {
        String from = "tcp and greater 1000 and src 10.9.0.1";
        try (Capture inside = Capture.start(right, host.device(), from, 20);
                Capture outside = Capture.start(right, "eth0", "udp and src 192.0.2.1", 20)) {
            int wanted = EchoTransfer.TRAFFIC_CLASS;
            inside.await("the socket's class", p -> (p.trafficClass() & DSCP) == wanted);
            outside.await("a packet", p -> true);
            assertThat(outside.packets()).allMatch(p -> (p.trafficClass() & DSCP) == 0);
        }
    }

    private String key() {
        return host.dump().peer().publicKey();
    }

    private static void readdress(Netns netns, String before, String after) {
        netns.run("ip", "address", "delete", before, "dev", "eth0");
        netns.address("eth0", after);
    }

    private void awaitMoreBlocks(String when) {
        int goal = EchoTransfer.blocks(program) + 30;
        Await.until(
                () -> when + ": " + program.output() + host.report(),
                Duration.ofSeconds(40),
                () -> EchoTransfer.blocks(program) >= goal);
    }

    private static final int DSCP = 0xfc;
}
