package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.Host;
import dev.adit.it.lab.Keys;
import dev.adit.it.lab.Netns;
import dev.adit.it.lab.NetworkProgram;
import dev.adit.it.lab.Outcome;
import dev.adit.it.lab.Running;
import dev.adit.it.lab.Software;
import dev.adit.it.lab.UnprivilegedProgram;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/// A program of a user without any right, on a machine without `/dev/net/tun`, in a network whose
/// other end is Linux's TCP behind another WireGuard.
///
/// ```
/// ┌──────────────────────┐                 ┌─────────────────────────┐
/// │ program   10.9.0.1   │                 │ b            10.9.0.2   │
/// │ as 65534  fd09::1    │  192.0.2.0/24   │ WireGuard    fd09::2    │
/// │ eth0      192.0.2.1  ├─────────────────┤ eth0         192.0.2.2  │
/// └──────────────────────┘                 └─────────────────────────┘
/// ```
class NetworkInProgramTest {
    private static final boolean LONG = Boolean.getBoolean("adit.it.long");
    private static final long BYTES = LONG ? 1L << 30 : 32L << 20;
    private static final String BACK = String.valueOf(LONG ? BYTES : BYTES / 4);
    private static final int CONNECTIONS = LONG ? 1000 : 200;

    @TempDir private Path folder;

    static Stream<Software> peers() {
        return Stream.of(Software.wireguardGo(), Software.newerWireguardGo());
    }

    @ParameterizedTest(name = "with {0}")
    @MethodSource("peers")
    void anUnprivilegedProgramTalksToLinux(Software peer) {
        peer.required();
        try (Netns left = Netns.create("program");
                Netns right = Netns.create("linux")) {
            left.connect("eth0", right, "eth0");
            left.address("eth0", "192.0.2.1/24");
            right.address("eth0", "192.0.2.2/24");
            Keys keys = Keys.generate();
            Host host = Host.start(right, peer, 51821).address("10.9.0.2/24", "fd09::2/64").up();
            host.set("peer", keys.publicKey(), "allowed-ips", "10.9.0.1/32,fd09::1/128");
            UnprivilegedProgram programs = UnprivilegedProgram.in(folder);
            right.start(programs.asRoot(right, NetworkProgram.class, "serve", "80"));
            right.awaitTcpPort(80);
            talk(left, right, programs, conf(keys, host));
        }
    }

    private void talk(Netns left, Netns right, UnprivilegedProgram programs, Path conf) {
        Running program =
                left.start(
                        programs.in(
                                left,
                                NetworkProgram.class,
                                "network",
                                conf.toString(),
                                "10.9.0.2",
                                "80",
                                String.valueOf(BYTES),
                                String.valueOf(CONNECTIONS)));
        Await.until(
                () -> "the program listens; it says " + program.output(),
                Duration.ofMinutes(LONG ? 5 : 2),
                () -> program.output().contains("listening") || !program.alive());
        assertThat(program.output())
                .contains("peers: true", "ping: true", "carried", "at once: " + CONNECTIONS);
        for (String address : new String[] {"10.9.0.1", "fd09::1"}) {
            Outcome asked =
                    programs.asRoot(right, NetworkProgram.class, "ask", address, "8080", BACK)
                            .within(Duration.ofMinutes(LONG ? 5 : 2))
                            .run();
            assertThat(asked.out()).as(asked + program.output()).contains("asked");
        }
        Outcome outcome = program.outcome(Duration.ofSeconds(20));
        assertThat(outcome.succeeded()).as(outcome.toString()).isTrue();
        assertThat(outcome.out()).contains("answered", "closed").doesNotContain("xception");
    }

    private Path conf(Keys keys, Host host) {
        return UnprivilegedProgram.readable(
                folder.resolve("office.conf"),
                """
                [Interface]
                PrivateKey = %s
                Address = 10.9.0.1/24, fd09::1/64
                [Peer]
                PublicKey = %s
                AllowedIPs = 10.9.0.2/32, fd09::2/128
                Endpoint = 192.0.2.2:51821
                """
                        .formatted(keys.privateKey(), host.publicKey()));
    }
}
