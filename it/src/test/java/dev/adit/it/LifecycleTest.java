package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.Command;
import dev.adit.it.lab.Host;
import dev.adit.it.lab.Netns;
import dev.adit.it.lab.Outcome;
import dev.adit.it.lab.Running;
import dev.adit.it.lab.Software;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// How a daemon starts and ends, and that nothing of it stays.
///
/// ```
/// ┌─────────┐
/// │ a: ours │
/// └─────────┘
/// ```
class LifecycleTest {

    private final Software software = Software.subject().required();
    private Netns netns;

    @BeforeEach
    void start() {
        netns = Netns.create("a");
    }

    @AfterEach
    void stop() {
        if (netns != null) netns.close();
    }

    @Test
    void endsWithinASecondOnceItsInterfaceIsDeleted() {
        Host host = Host.start(netns, software, 51820).address("10.9.0.1/24").up();
        netns.run("ip", "link", "delete", host.device());
        assertThat(host.daemon().endsWithin(Duration.ofSeconds(1))).isTrue();
        assertNothingIsLeft(host);
    }

    @Test
    void endsWithinASecondOnceItsInterfaceIsDeletedWhileDown() {
        Host host = Host.start(netns, software, 51820);
        netns.run("ip", "link", "delete", host.device());
        assertThat(host.daemon().endsWithin(Duration.ofSeconds(1))).isTrue();
        assertNothingIsLeft(host);
    }

    @Test
    void endsWithinASecondOnceItsSocketIsDeleted() throws IOException {
        Host host = Host.start(netns, software, 51820).up();
        Files.delete(host.socket());
        assertThat(host.daemon().endsWithin(Duration.ofSeconds(1))).isTrue();
        assertNothingIsLeft(host);
    }

    @Test
    void endsCleanlyWhenToldTo() {
        for (String signal : new String[] {"TERM", "INT"}) {
            Host host = Host.start(netns, software, 51820).up();
            netns.run("kill", "-" + signal, String.valueOf(host.daemon().pid()));
            assertThat(host.daemon().outcome(Duration.ofSeconds(2)).status()).isZero();
            assertNothingIsLeft(host);
        }
    }

    @Test
    void startsInTheBackgroundWithTheInterfaceReady() {
        String device = "ad" + Netns.unique();
        background(device).ok();
        netns.run("ip", "link", "show", device);
        netns.run("wg", "show", device);
        assertThat(netns.pids()).isNotEmpty();
        netns.run("ip", "link", "delete", device);
        Await.until("nothing runs", Duration.ofSeconds(5), () -> netns.pids().isEmpty());
        assertThat(socket(device)).doesNotExist();
    }

    /// Whatever the JDK has to say about its incubating module.
    @Test
    void startsInTheBackgroundWithTheVectorCipherWithoutAWord() {
        String device = "ad" + Netns.unique();
        Outcome outcome =
                netns.command(software.program().toString(), device)
                        .with("ADIT_VECTOR", "yes")
                        .within(Duration.ofSeconds(30))
                        .run();
        assertThat(outcome.ok().out() + outcome.err()).isEmpty();
        netns.run("ip", "link", "delete", device);
        Await.until("nothing runs", Duration.ofSeconds(5), () -> netns.pids().isEmpty());
    }

    @Test
    void refusesANameThatIsTaken() {
        Host first = Host.start(netns, software, 51820).up();
        Outcome second = background(first.device());
        assertThat(second.status()).isEqualTo(1);
        assertThat(first.wg("show", first.device()).succeeded()).isTrue();
        Await.until("one is left", Duration.ofSeconds(1), () -> netns.pids().size() == 1);
    }

    @Test
    void replacesTheSocketThatACrashLeftBehind() {
        String device = "ad" + Netns.unique();
        Running first = foreground(device);
        netns.run("kill", "-KILL", String.valueOf(first.pid()));
        assertThat(first.endsWithin(Duration.ofSeconds(2))).isTrue();
        assertThat(socket(device)).exists();
        Running second = foreground(device);
        second.close();
        assertThat(socket(device)).doesNotExist();
    }

    @Test
    void twoHundredComeAndGoWithoutATrace() throws Exception {
        int cycles = Integer.getInteger("adit.it.cycles", 200);
        List<Path> socketsBefore = sockets();
        try (ExecutorService some = Executors.newFixedThreadPool(3)) {
            List<Future<Void>> all = new ArrayList<>();
            for (int i = 0; i < cycles; i++) {
                String device = "ad" + Netns.unique();
                Callable<Void> cycle = () -> comeAndGo(device);
                all.add(some.submit(cycle));
            }
            for (Future<Void> each : all) each.get();
        }
        Await.until("nothing runs", Duration.ofSeconds(2), () -> netns.pids().isEmpty());
        assertThat(netns.run("ls", "/sys/class/net").lines()).containsExactly("lo");
        assertThat(netns.run("ss", "-Huan").out()).isBlank();
        assertThat(sockets()).allMatch(socket -> socketsBefore.contains(socket) || !ours(socket));
    }

    private Void comeAndGo(String device) {
        background(device).ok();
        netns.run("ip", "link", "set", device, "up");
        netns.run("wg", "set", device, "listen-port", "0");
        netns.run("ip", "link", "delete", device);
        Await.until(
                "the socket of " + device + " is gone",
                Duration.ofSeconds(5),
                () -> Files.notExists(socket(device)));
        return null;
    }

    private Outcome background(String device) {
        Command command = netns.command(software.program().toString(), device);
        return command.within(Duration.ofSeconds(30)).run();
    }

    private Running foreground(String device) {
        Running started =
                netns.start(
                        netns.command(software.program().toString(), "-f", device)
                                .with("WG_PROCESS_FOREGROUND", "1"));
        Await.until(
                () -> "an answer; it says: " + started.output(),
                Duration.ofSeconds(15),
                () -> netns.command("wg", "show", device).run().succeeded());
        return started;
    }

    private void assertNothingIsLeft(Host host) {
        assertThat(host.hasInterface()).isFalse();
        assertThat(host.socket()).doesNotExist();
        assertThat(netns.pids()).isEmpty();
        assertThat(netns.run("ss", "-Huan").out()).isBlank();
    }

    private static Path socket(String device) {
        return Host.SOCKETS.resolve(device + ".sock");
    }

    private static List<Path> sockets() throws IOException {
        if (Files.notExists(Host.SOCKETS)) return List.of();
        try (var all = Files.list(Host.SOCKETS)) {
            return all.toList();
        }
    }

    /// Whether this virtual machine gave the name.
    private static boolean ours(Path socket) {
        String unique = Netns.unique();
        return socket.getFileName()
                .toString()
                .startsWith("ad" + unique.substring(0, unique.indexOf('x') + 1));
    }
}
