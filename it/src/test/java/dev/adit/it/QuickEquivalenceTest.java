package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.Machine;
import dev.adit.it.lab.Outcome;
import dev.adit.it.lab.Software;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// `adit up` and `adit down` leave what the stock `wg-quick` leaves, for each file in
/// `src/test/resources/quick`: the same links, addresses, routes, rules, packet filters, calls of
/// `resolvconf`, configuration, work of hooks and saved file, and afterwards nothing. Ours leave
/// routes for when the daemon dies, too.
///
/// ```
/// ┌──────────────────────────────────────────────┐
/// │ a: eth0 198.51.100.1/24, 2001:db8:ffff::1/64 │
/// │    default routes via .2 and ::2             │
/// └──────────────────────────────────────────────┘
/// ```
class QuickEquivalenceTest {
    private static final Path FOLDER = Path.of("src/test/resources/quick");

    @BeforeAll
    static void require() {
        Software.requireTool("wg-quick");
        Software.requireTool("nft");
    }

    static List<Path> files() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            List<Path> sorted = files.sorted().toList();
            return sorted;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void leavesTheSame(Path file) {
        Trace stock, ours;
        try (Machine machine = machine(file)) {
            stock = trace(machine, true);
        }
        try (Machine machine = machine(file)) {
            ours = trace(machine, false);
        }
        assertThat(ours.up.replaceAll(UNREACHABLE, "")).isEqualTo(stock.up);
        assertThat(ours.log).isEqualTo(stock.log);
        assertThat(ours.conf).isEqualTo(stock.conf);
        assertThat(ours.saved).isEqualTo(stock.saved);
    }

    /// @param up the state while the tunnel is up
    /// @param log the calls of `resolvconf` and of hooks
    /// @param conf the tunnel's configuration
    /// @param saved the file afterwards
    private record Trace(String up, String log, String conf, String saved) {}

    private static Trace trace(Machine machine, boolean stock) {
        String before = machine.state();
        quick(machine, "up", stock);
        // The daemon opens its sockets in its own time; their port is in its configuration.
        String up = machine.state().replaceFirst("(?s)\nss -Hlun\n.*", "");
        String conf = anyPort(machine.run("wg", "showconf", "wg0").out());
        machine.run("wg", "set", "wg0", "peer", ADDED, "allowed-ips", "10.8.0.0/24");
        quick(machine, "down", stock);
        machine.awaitState(before);
        return new Trace(up, machine.read("log"), conf, saved(machine));
    }

    /// A port of the kernel's choice is as good as another.
    private static String anyPort(String conf) {
        return conf.replaceAll("ListenPort = [1-9][0-9]{4}\n", "");
    }

    /// The file, without the address that the kernel made up, which the stock program saves too.
    private static String saved(Machine machine) {
        return machine.read("wg0.conf")
                .replace(machine.file("log").toString(), "LOG")
                .replaceAll("Address = fe80:.*\n", "");
    }

    private static void quick(Machine machine, String verb, boolean stock) {
        Outcome outcome =
                stock
                        ? machine.wgQuick(verb, "wg0.conf").run()
                        : machine.adit(verb, machine.file("wg0.conf").toString()).run();
        outcome.ok();
    }

    private static Machine machine(Path file) {
        Machine machine = Machine.create("a");
        machine.run(
                "ip",
                "link",
                "add",
                "eth0",
                "address",
                "02:00:00:00:00:01",
                "type",
                "veth",
                "peer",
                "name",
                "cable");
        machine.run("ip", "link", "set", "cable", "up");
        machine.run("ip", "link", "set", "eth0", "mtu", "1400", "up");
        Await.until(
                "a carrier",
                Duration.ofSeconds(5),
                () -> machine.run("ip", "link", "show", "eth0").out().contains("state UP"));
        machine.netns().address("eth0", "198.51.100.1/24", "2001:db8:ffff::1/64");
        machine.run("ip", "route", "add", "default", "via", "198.51.100.2");
        machine.run("ip", "-6", "route", "add", "default", "via", "2001:db8:ffff::2");
        machine.run("sysctl", "-qw", "net.ipv4.conf.all.src_valid_mark=1");
        String log = machine.file("log").toString();
        machine.program(
                "resolvconf",
                "echo \"resolvconf $*\" >> %s\n[ \"$1\" != -a ] || cat >> %s\n"
                        .formatted(log, log));
        try {
            machine.write("wg0.conf", Files.readString(file).replace("LOG", log));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return machine;
    }

    /// The routes for when the daemon is gone, which the stock program does not have.
    private static final String UNREACHABLE = "unreachable \\S+ .*metric 4294967295.*\n";

    private static final String ADDED = "gN65BkIKy1eCE9pP1wdc8ROUtkHLF2PfAqYdyYBz6EA=";
}
