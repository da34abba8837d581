package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.Command;
import dev.adit.it.lab.Host;
import dev.adit.it.lab.Keys;
import dev.adit.it.lab.Machine;
import dev.adit.it.lab.MeasurementReport;
import dev.adit.it.lab.Netns;
import dev.adit.it.lab.Outcome;
import dev.adit.it.lab.Pair;
import dev.adit.it.lab.Running;
import dev.adit.it.lab.Software;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/// A daemon that is killed, or that the system denies what it needs: it goes on, or it ends with a
/// reason and leaves nothing.
///
/// ```
/// ┌─────────┐                     ┌────────────┐
/// │ a: ours ├─────────────────────┤ b: another │
/// └─────────┘                     └────────────┘
/// ```
class DaemonFaultTest {
    private static final List<String> ROWS = new ArrayList<>();

    private final Software software = Software.subject().required();

    @AfterAll
    static void keep() {
        if (!ROWS.isEmpty()) MeasurementReport.keep("faults-of-daemons", ROWS);
    }

    // ---- killed

    @Test
    void aTunnelComesUpAndGoesDownAgainAfterItsDaemonWasKilled() {
        try (Machine machine = Machine.create("a")) {
            String before = machine.state();
            machine.write("wg0.conf", allTraffic());
            machine.up("wg0.conf");
            String up = machine.state();
            kill(machine);
            machine.up("wg0.conf");
            assertThat(machine.state().replaceAll("UNCONN.*", ""))
                    .isEqualTo(up.replaceAll("UNCONN.*", ""));
            kill(machine);
            machine.adit("down", machine.file("wg0.conf").toString()).run();
            machine.awaitState(before);
            machine.up("wg0.conf");
            machine.down("wg0.conf");
            machine.awaitState(before);
        }
        ROWS.add("| SIGKILL of the daemon of `adit up` | `adit up` and `adit down` clean up |");
    }

    private static String allTraffic() {
        return """
        [Interface]
        PrivateKey = %s
        Address = 10.9.0.1/24
        [Peer]
        PublicKey = %s
        AllowedIPs = 0.0.0.0/0, ::/0
        Endpoint = 198.51.100.2:51820
        """
                .formatted(Keys.generate().privateKey(), Keys.generate().publicKey());
    }

    private static void kill(Machine machine) {
        List<Long> daemons = daemons(machine.netns());
        assertThat(daemons).hasSize(1);
        machine.run("kill", "-KILL", daemons.getFirst().toString());
        Await.until("its end", LIMIT, () -> daemons(machine.netns()).isEmpty());
    }

    private static List<Long> daemons(Netns netns) {
        return netns.pids().stream().filter(pid -> commandLine(pid).contains("Daemon")).toList();
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"));
        } catch (IOException ended) {
            return "";
        }
    }

    @Test
    void takesOverAnInterfaceThatOutlivedItsDaemon() {
        try (Netns netns = Netns.create("a")) {
            String device = "ad" + Netns.unique();
            netns.run("ip", "tuntap", "add", "dev", device, "mode", "tun");
            for (String signal : new String[] {"KILL", "TERM"}) {
                Running daemon = start(netns, device, "");
                netns.run("wg", "set", device, "listen-port", "51820");
                netns.run("ip", "link", "set", device, "up");
                netns.awaitUdpPort(51820);
                netns.run("kill", "-" + signal, String.valueOf(daemon.pid()));
                assertThat(daemon.endsWithin(LIMIT)).isTrue();
                assertThat(netns.run("ls", "/sys/class/net").lines()).contains(device);
            }
            assertThat(socket(device)).doesNotExist();
        }
        ROWS.add("| SIGKILL with a persistent interface | the next daemon takes it over |");
    }

    // ---- no descriptors

    @Test
    void startsOrSaysWhyWithFewDescriptors() {
        int failed = 0;
        try (Netns netns = Netns.create("a")) {
            for (int limit : new int[] {4, 12, 14, 16, 18, 24, 63, 64}) {
                String device = "ad" + Netns.unique();
                String script = "ulimit -n " + limit + "; exec \"$0\" -f " + device;
                Running daemon = netns.start(foreground(netns, script));
                Await.until(
                        "an end or an answer",
                        LIMIT,
                        () -> !daemon.alive() || answers(netns, device));
                if (!daemon.alive()) {
                    Outcome outcome = daemon.outcome(LIMIT);
                    assertThat(outcome.status()).as("%s", outcome).isPositive();
                    // With fewer the JVM itself may end without a word.
                    if (limit >= 16) assertThat(outcome.out()).as("%d", limit).isNotBlank();
                    if (limit >= 24) {
                        assertThat(outcome.out())
                                .contains(limit + " file descriptors are allowed", "64 are needed");
                    }
                    failed++;
                }
                if (limit == 64) {
                    netns.run("wg", "set", device, "listen-port", "51820");
                    netns.run("ip", "link", "set", device, "up");
                    netns.awaitUdpPort(51820);
                    netns.run("wg", "set", device, "listen-port", "51821");
                    netns.run("wg", "show", device);
                    netns.run("kill", "-TERM", String.valueOf(daemon.pid()));
                    assertThat(daemon.outcome(LIMIT).status()).isZero();
                }
                daemon.close();
                assertNothingIsLeft(netns, device);
            }
        }
        assertThat(failed).isEqualTo(7);
        ROWS.add(
                "| start with 4 to 63 descriptors | ends with a status, and from 16 on with a"
                        + " reason |");
    }

    @Test
    void goesOnWithoutDescriptors() {
        try (Pair pair = Pair.start(software, Software.other()).introduce()) {
            Host a = pair.a();
            pair.assertReaches(a);
            long pid = a.daemon().pid();
            String limit = "--nofile=" + (descriptors(pid) - 1) + ":4096";
            a.netns().run("prlimit", "--pid", String.valueOf(pid), limit);
            long used = processorTime(pid);
            assertThat(a.wg("show", a.device()).succeeded()).as(a::report).isTrue();
            Outcome rebind = a.wg("set", a.device(), "listen-port", "51999");
            assertThat(rebind.succeeded()).isFalse();
            assertThat(rebind.err()).contains("Too many open files");
            assertThat(a.dump().port()).isEqualTo(Pair.PORT_A);
            Await.pass(Duration.ofSeconds(1));
            pair.assertReaches(a);
            assertThat(processorTime(pid) - used).as("hundredths of a second").isLessThan(60);
            a.netns().run("prlimit", "--pid", String.valueOf(pid), "--nofile=4096:4096");
            a.set("listen-port", "51999");
            pair.awaitReaches(a, "10.9.0.2", LIMIT);
            String log = a.daemon().output();
            assertThat(log.split("cannot accept UAPI clients", -1)).hasSizeLessThanOrEqualTo(2);
        }
        ROWS.add("| no descriptor left | packets flow, `wg` is answered, a new port is refused |");
    }

    private static long descriptors(long pid) {
        try (Stream<Path> all = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return all.count();
        } catch (IOException ended) {
            throw new AssertionError(ended);
        }
    }

    /// User and system time of a process, in hundredths of a second.
    private static long processorTime(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        } catch (IOException ended) {
            throw new AssertionError(ended);
        }
    }

    // ---- no memory, no threads

    @Test
    void endsOrGoesOnWithoutMemory() {
        try (Netns netns = Netns.create("a")) {
            String device = "ad" + Netns.unique();
            String small = "-XX:AOTMode=off -Xms2m -Xmn1m -Xmx6m";
            Running daemon = start(netns, device, small);
            netns.run("ip", "link", "set", device, "up");
            Random random = new Random(1);
            for (int i = 0; i < 100 && daemon.alive(); i++) {
                Command more = netns.command("wg", "addconf", device, "/dev/stdin");
                if (!more.input(crowd(random, i)).run().succeeded()) break;
            }
            boolean ended = daemon.endsWithin(Duration.ofSeconds(3));
            // Which one depends on who meets it first: the JVM makes others of it.
            assertThat(daemon.output()).as("status %s", daemon).contains("Error");
            if (ended) {
                assertThat(daemon.outcome(LIMIT).status()).isEqualTo(1);
            } else {
                // A client alone met it, and all is as before.
                assertThat(netns.command("wg", "show", device).run().succeeded()).isTrue();
                netns.run("ip", "link", "delete", device);
                assertThat(daemon.endsWithin(LIMIT)).as(daemon::output).isTrue();
            }
            assertNothingIsLeft(netns, device);
            ROWS.add("| heap full | " + (ended ? "ends with status 1" : "goes on") + " |");
        }
    }

    private static String crowd(Random random, int number) {
        StringBuilder text = new StringBuilder();
        byte[] key = new byte[32];
        for (int i = 0; i < 200; i++) {
            random.nextBytes(key);
            text.append("[Peer]\nPublicKey = ").append(Base64.getEncoder().encodeToString(key));
            text.append("\nAllowedIPs = 10.%d.%d.0/24\n".formatted(100 + number, i));
        }
        return text.toString();
    }

    @Test
    void endsWithItsInterfaceEvenWithoutAThreadForThat() {
        try (Netns netns = Netns.create("a")) {
            String device = "ad" + Netns.unique();
            Running daemon = start(netns, device, "-XX:ErrorFile=/dev/null");
            netns.run("ip", "link", "set", device, "up");
            netns.run("prlimit", "--pid", String.valueOf(daemon.pid()), "--as=1000000");
            netns.run("ip", "link", "delete", device);
            assertThat(daemon.endsWithin(LIMIT)).as(daemon::output).isTrue();
            // It may be the JVM that gives up, which is like SIGKILL.
            Running next = start(netns, device, "");
            next.close();
            assertNothingIsLeft(netns, device);
            ROWS.add("| no thread, no more memory from the system | ends with its interface |");
        }
    }

    // ---- what all need

    private Running start(Netns netns, String device, String javaOptions) {
        Command command = foreground(netns, "exec \"$0\" -f " + device);
        Running daemon = netns.start(command.with("ADIT_JAVA_OPTS", javaOptions));
        Await.until(
                () -> "an answer; it says: " + daemon.output(),
                LIMIT,
                () -> answers(netns, device));
        return daemon;
    }

    private Command foreground(Netns netns, String script) {
        return netns.command("bash", "-c", script, software.program().toString())
                .with("WG_PROCESS_FOREGROUND", "1")
                .with("LOG_LEVEL", "error");
    }

    private static boolean answers(Netns netns, String device) {
        return Files.exists(socket(device))
                && netns.command("wg", "show", device).run().succeeded();
    }

    private static void assertNothingIsLeft(Netns netns, String device) {
        assertThat(socket(device)).doesNotExist();
        assertThat(netns.run("ls", "/sys/class/net").lines()).doesNotContain(device);
        Await.until("nothing runs", LIMIT, () -> netns.pids().isEmpty());
    }

    private static Path socket(String device) {
        return Host.SOCKETS.resolve(device + ".sock");
    }

    private static final Duration LIMIT = Duration.ofSeconds(20);
}
