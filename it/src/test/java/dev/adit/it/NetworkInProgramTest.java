package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.Device;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.it.lab.Host;
import dev.adit.it.lab.Keys;
import dev.adit.it.lab.Netns;
import dev.adit.it.lab.NetworkProgram;
import dev.adit.it.lab.Outcome;
import dev.adit.it.lab.Running;
import dev.adit.it.lab.Software;
import dev.adit.net.Network;
import dev.adit.protocol.wire.Message;
import dev.adit.stack.Stack;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    private static final int CONNECTIONS = LONG ? 1000 : 200;

    @TempDir private Path folder;

    static Stream<Software> peers() {
        return Stream.of(Software.wireguardGo(), Software.newerWireguardGo());
    }

    @ParameterizedTest(name = "with {0}")
    @MethodSource("peers")
    void anUnprivilegedProgramTalksToLinux(Software peer) throws IOException {
        peer.required();
        Software.requireTool("setpriv");
        Software.requireTool("unshare");
        try (Netns left = Netns.create("program");
                Netns right = Netns.create("linux")) {
            left.connect("eth0", right, "eth0");
            left.address("eth0", "192.0.2.1/24");
            right.address("eth0", "192.0.2.2/24");
            Keys keys = Keys.generate();
            Host host = Host.start(right, peer, 51821).address("10.9.0.2/24", "fd09::2/64").up();
            host.set("peer", keys.publicKey(), "allowed-ips", "10.9.0.1/32,fd09::1/128");
            String classes = copyClasses();
            right.start(right.command(java(classes, "serve", "80")));
            right.awaitTcpPort(80);
            talk(left, right, classes, conf(keys, host));
        }
    }

    private void talk(Netns left, Netns right, String classes, Path conf) {
        Running program =
                left.start(
                        left.command(
                                unprivileged(
                                        java(
                                                classes,
                                                "network",
                                                conf.toString(),
                                                "10.9.0.2",
                                                "80",
                                                String.valueOf(BYTES),
                                                String.valueOf(CONNECTIONS)))));
        dev.adit.it.lab.Await.until(
                () -> "the program listens; it says " + program.output(),
                Duration.ofMinutes(LONG ? 5 : 2),
                () -> program.output().contains("listening") || !program.alive());
        assertThat(program.output())
                .contains("peers: true", "ping: true", "carried", "at once: " + CONNECTIONS);
        for (String address : new String[] {"10.9.0.1", "fd09::1"}) {
            Outcome asked =
                    right.command(java(classes, "ask", address, "8080", String.valueOf(BYTES / 4)))
                            .within(Duration.ofMinutes(2))
                            .run();
            assertThat(asked.out()).as(asked + program.output()).contains("asked");
        }
        Outcome outcome = program.outcome(Duration.ofSeconds(20));
        assertThat(outcome.succeeded()).as(outcome.toString()).isTrue();
        assertThat(outcome.out()).contains("answered", "closed").doesNotContain("xception");
    }

    private static String[] unprivileged(String[] argv) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "unshare",
                                "--mount",
                                "sh",
                                "-c",
                                "mount -t tmpfs none /dev/net && exec setpriv --reuid=65534"
                                        + " --regid=65534 --clear-groups --no-new-privs"
                                        + " --bounding-set=-all --inh-caps=-all \"$@\"",
                                "sh"));
        all.addAll(List.of(argv));
        return all.toArray(String[]::new);
    }

    private static String[] java(String classes, String... arguments) {
        List<String> argv =
                new ArrayList<>(
                        List.of(
                                System.getProperty("java.home") + "/bin/java",
                                "-Xmx256m",
                                "-cp",
                                classes,
                                NetworkProgram.class.getName()));
        argv.addAll(List.of(arguments));
        return argv.toArray(String[]::new);
    }

    private Path conf(Keys keys, Host host) throws IOException {
        Path conf = folder.resolve("office.conf");
        Files.writeString(
                conf,
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
        Files.setPosixFilePermissions(conf, PosixFilePermissions.fromString("rw-r--r--"));
        return conf;
    }

    /// Copies what the program needs to where any user can read it.
    private String copyClasses() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> copies = new ArrayList<>();
        Class<?>[] one = {
            NetworkProgram.class,
            Network.class,
            Device.class,
            Message.class,
            Stack.class,
            PacketBatch.class
        };
        for (Class<?> type : one) {
            Path from = Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath());
            Path to = folder.resolve("classes" + copies.size());
            copy(from, Files.isDirectory(from) ? to : Path.of(to + ".jar"));
            copies.add((Files.isDirectory(from) ? to : Path.of(to + ".jar")).toString());
        }
        return String.join(":", copies);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(
                from,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path d, BasicFileAttributes a) {
                        return make(to.resolve(from.relativize(d).toString()), "rwxr-xr-x");
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes a)
                            throws IOException {
                        Path copied =
                                file.equals(from)
                                        ? to
                                        : to.resolve(from.relativize(file).toString());
                        Files.copy(file, copied);
                        Files.setPosixFilePermissions(
                                copied, PosixFilePermissions.fromString("rw-r--r--"));
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    private static FileVisitResult make(Path folder, String mode) {
        try {
            Files.createDirectory(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(mode));
            return FileVisitResult.CONTINUE;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
