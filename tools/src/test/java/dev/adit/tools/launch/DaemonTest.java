package dev.adit.tools.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adit.device.uapi.UapiClient;
import dev.adit.device.uapi.UapiSocket;
import dev.adit.tools.terminal.Tool;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// The daemon as a program: launcher, JVM, interface and socket, all of them real.
@Timeout(120)
class DaemonTest {
    private static final AtomicInteger COUNT = new AtomicInteger();

    @TempDir private Path folder;
    private final String name =
            "ad" + ProcessHandle.current().pid() + "t" + COUNT.getAndIncrement();
    private final Path link = Path.of("/sys/class/net", name);
    private final Path socket = UapiSocket.DIRECTORY.resolve(name + ".sock");
    private final Map<String, String> environment =
            Map.of("JAVA_HOME", System.getProperty("java.home"), "LOG_LEVEL", "");
    private String aditd;

    @BeforeEach
    void prepare() throws Exception {
        assumeTrue(
                Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")),
                "only root can make interfaces");
        assumeTrue(Files.exists(Path.of("/dev/net/tun")), "there is no /dev/net/tun");
        Checkout checkout = Checkout.withOurModules(folder.resolve("a check out"));
        aditd = checkout.root.resolve("aditd").toString();
    }

    @AfterEach
    void endDaemon() throws Exception {
        Optional<ProcessHandle> left = daemon();
        left.ifPresent(ProcessHandle::destroyForcibly);
        Files.deleteIfExists(socket);
    }

    @Test
    void isThereWhenTheLauncherReturns() throws Exception {
        assertThat(start()).isEqualTo(new Tool.Outcome(0, "", ""));
        assertThat(link).exists();
        assertThat(Files.getPosixFilePermissions(socket))
                .as("nobody else may connect")
                .allMatch(permission -> permission.name().startsWith("OWNER"));
        assertThat(new UapiClient(new UapiSocket(name)).configuration().peers()).isEmpty();
    }

    /// The second is beyond the letters of the locale.
    @ParameterizedTest
    @ValueSource(strings = {"", "wg\\303\\251"})
    void tellsItsUsageWhenANameCannotBeOne(String bad) throws Exception {
        Map<String, String> plain = new HashMap<>(environment);
        plain.put("LC_ALL", "C");
        String script = "exec \"$0\" \"$(printf \"$1\")\"";
        String usage = "Usage: " + aditd + " [-f/--foreground] INTERFACE-NAME\n";
        for (String level : List.of("", "verbose")) {
            plain.put("LOG_LEVEL", level);
            assertThat(Tool.run("", plain, List.of("sh", "-c", script, aditd, bad)))
                    .isEqualTo(new Tool.Outcome(0, usage, ""));
        }
    }

    @Test
    void letsGoOfItsCaller() throws Exception {
        String script = "x=$(\"$0\" \"$1\" 2>&1); echo \"[$x]\"";
        assertThat(Tool.run("", environment, List.of("sh", "-c", script, aditd, name)).out())
                .isEqualTo("[]\n");
        Path descriptors = Path.of("/proc/" + daemon().orElseThrow().pid() + "/fd");
        for (String fd : List.of("0", "1", "2")) {
            assertThat(descriptors.resolve(fd).toRealPath()).isEqualTo(Path.of("/dev/null"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"kill -TERM $PID", "kill -INT $PID", "ip link del $NAME", "rm $SOCKET"})
    void leavesNothingBehind(String end) throws Exception {
        start();
        ProcessHandle daemon = daemon().orElseThrow();
        Map<String, String> names =
                Map.of("PID", "" + daemon.pid(), "NAME", name, "SOCKET", socket.toString());
        assertThat(Tool.run("", names, List.of("sh", "-c", end)).status()).isZero();
        daemon.onExit().get(30, TimeUnit.SECONDS);
        assertThat(link).doesNotExist();
        assertThat(socket).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"kill -TERM $PID", "kill -INT $PID", "ip link del $NAME", "rm $SOCKET"})
    void endsInTheForegroundWithStatus0(String end) throws Exception {
        Path log = folder.resolve("log");
        ProcessBuilder builder =
                new ProcessBuilder(aditd, "-f", name)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        builder.environment().put("LOG_LEVEL", "verbose");
        Process daemon = builder.start();
        while (daemon.isAlive() && !Files.readString(log).contains("UAPI listener started")) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        Map<String, String> names =
                Map.of("PID", "" + daemon.pid(), "NAME", name, "SOCKET", socket.toString());
        Tool.run("", names, List.of("sh", "-c", end));
        assertThat(daemon.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(daemon.exitValue()).isZero();
        assertThat(Files.readAllLines(log))
                .allMatch(line -> line.matches("(INFO|DEBUG): [0-9/]{10} [0-9:]{8} \\w+: .*"))
                .anyMatch(line -> line.contains("Starting adit version"))
                .anyMatch(line -> line.endsWith(" Shutting down"));
        assertThat(link).doesNotExist();
    }

    @Test
    void refusesANameThatIsTaken() throws Exception {
        start();
        Tool.Outcome second = start();
        assertThat(second.status()).isEqualTo(1);
        assertThat(second.out())
                .startsWith("ERROR: ")
                .contains(" " + name + ": Failed to create TUN device: ")
                .containsOnlyOnce("\n");
        assertThat(second.err()).isEmpty();
        assertThat(link).exists();
        assertThat(new UapiClient(new UapiSocket(name)).configuration().peers()).isEmpty();
    }

    @Test
    void removesItsInterfaceWhenTheSocketIsInUse() throws Exception {
        start();
        ProcessHandle first = daemon().orElseThrow();
        Path other = UapiSocket.DIRECTORY.resolve(name + "x.sock");
        Files.createLink(other, socket);
        try {
            Tool.Outcome outcome = Tool.run("", environment, List.of(aditd, name + "x"));
            assertThat(outcome.status()).isEqualTo(1);
            assertThat(outcome.out()).contains(" UAPI listen error: ");
            assertThat(Path.of("/sys/class/net", name + "x")).doesNotExist();
            assertThat(first.isAlive()).isTrue();
        } finally {
            Files.deleteIfExists(other);
        }
    }

    @Test
    void diesWithALauncherThatIsKilledTooEarly() throws Exception {
        List<String> command = new ArrayList<>(List.of(aditd, name));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        builder.environment()
                .put(
                        "ADIT_JAVA_OPTS",
                        "-XX:+UnlockDiagnosticVMOptions -XX:+PauseAtStartup"
                                + " -XX:PauseAtStartupFile="
                                + folder.resolve("paused"));
        builder.directory(folder.toFile());
        Process launcher = builder.start();
        while (daemon().isEmpty()) LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        ProcessHandle daemon = daemon().orElseThrow();
        List<ProcessHandle> shells = launcher.descendants().toList();
        launcher.destroyForcibly().waitFor();
        shells.forEach(ProcessHandle::destroyForcibly);
        while (daemon.isAlive()) {
            Files.deleteIfExists(folder.resolve("paused"));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        assertThat(link).doesNotExist();
        assertThat(socket).doesNotExist();
    }

    private Tool.Outcome start() throws Exception {
        return Tool.run("", environment, List.of(aditd, name));
    }

    private Optional<ProcessHandle> daemon() throws Exception {
        try (var processes = ProcessHandle.allProcesses()) {
            return processes.filter(this::isDaemon).findFirst();
        }
    }

    private boolean isDaemon(ProcessHandle process) {
        try {
            List<String> words =
                    List.of(
                            Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"))
                                    .split("\0"));
            return words.getFirst().endsWith("/java") && words.getLast().equals(name);
        } catch (IOException e) {
            return false;
        }
    }
}
