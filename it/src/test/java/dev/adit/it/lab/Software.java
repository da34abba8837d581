package dev.adit.it.lab;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A userspace WireGuard daemon, which may not be installed. Immutable.
///
/// @param label its name in the names of tests
/// @param program the file to run, or null when it is not there
/// @param missing why it is not there
/// @param go whether it is wireguard-go, which lacks some of what is tested
/// @param settings what its environment has besides the usual
public record Software(
        String label, Path program, String missing, boolean go, Map<String, String> settings) {

    private Software(String label, Path program, String missing, boolean go) {
        this(label, program, missing, go, Map.of());
    }

    /// The daemon under test: ours, or another one in its place, named by the system property
    /// `adit.it.daemon`, to try the tests themselves.
    public static Software subject() {
        String other = System.getProperty("adit.it.daemon", "");
        if (!other.isEmpty()) return installed("subject=" + other, other);
        Path ours = Path.of(System.getProperty("adit.root"), "aditd").normalize();
        return new Software("adit", ours, "", false);
    }

    /// wireguard-go, as the distribution has it.
    public static Software wireguardGo() {
        return installed("wireguard-go", "wireguard-go");
    }

    /// Software that is not ours, for the other end of a tunnel; ours where none is installed.
    public static Software other() {
        Software go = wireguardGo();
        return go.program == null ? subject() : go;
    }

    /// A second wireguard-go, usually newer: the one that the environment variable
    /// `ADIT_WIREGUARD_GO` or the system property `adit.wireguard-go` names.
    public static Software newerWireguardGo() {
        String path = System.getProperty("adit.wireguard-go", System.getenv("ADIT_WIREGUARD_GO"));
        if (path == null || path.isEmpty()) {
            return new Software(
                    "newer wireguard-go", null, "ADIT_WIREGUARD_GO names no program", true);
        }
        return new Software(
                "newer wireguard-go", executable(Path.of(path)), "no program at " + path, true);
    }

    /// The file of a program in the PATH; an absolute path is itself.
    private static Software installed(String label, String name) {
        Path found =
                Stream.of(System.getenv("PATH").split(":"))
                        .map(folder -> executable(Path.of(folder).resolve(name)))
                        .filter(file -> file != null)
                        .findFirst()
                        .orElse(null);
        return new Software(
                label, found, name + " is not installed", name.contains("wireguard-go"));
    }

    private static Path executable(Path file) {
        return Files.isExecutable(file) ? file.toAbsolutePath().normalize() : null;
    }

    /// The same software with these offloads, if it is ours.
    public Software withOffloads(String words) {
        if (go) return this;
        return with(label + " (" + words + ")", "ADIT_OFFLOADS", words);
    }

    /// The same software with so many crypto threads, if it is ours.
    public Software withCryptoThreads(int count) {
        if (go) return this;
        return with(
                label + " (" + count + " crypto threads)",
                "ADIT_CRYPTO_THREADS",
                String.valueOf(count));
    }

    /// The same software with the vector cipher, if it is ours.
    public Software withVector() {
        if (go) return this;
        return with(label + " (vector)", "ADIT_VECTOR", "yes");
    }

    /// The same software without a log of what it does, which takes its time.
    public Software quiet() {
        return with(label, "LOG_LEVEL", "error");
    }

    private Software with(String label, String setting, String value) {
        Map<String, String> all = new HashMap<>(settings);
        all.put(setting, value);
        return new Software(label, program, missing, go, Map.copyOf(all));
    }

    /// This software. Skips the test where it is not there.
    public Software required() {
        assumeTrue(program != null, missing);
        if (!go) build(program);
        return this;
    }

    /// Lets our daemon build itself, as it does on first use, where no test waits for it.
    private static synchronized void build(Path program) {
        if (built) return;
        Command.of(program.toString(), "--version").within(Duration.ofMinutes(5)).run().ok();
        built = true;
    }

    /// This software. Skips the test when it is wireguard-go, of which it is known that it does not
    /// do `what`.
    public Software requiredToDo(String what) {
        assumeTrue(!go, () -> label + " does not " + what);
        return required();
    }

    /// Skips the test where `tool` is not installed.
    public static void requireTool(String tool) {
        assumeTrue(installed(tool, tool).program != null, tool + " is not installed");
    }

    /// Its environment: a log for the failed test to show.
    Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("LOG_LEVEL", "verbose");
        environment.put("WG_PROCESS_FOREGROUND", "1");
        environment.putAll(settings);
        return environment;
    }

    /// What starts it in the foreground.
    String[] foreground(String device) {
        return List.of(program.toString(), "-f", device).toArray(String[]::new);
    }

    private static boolean built;

    @Override
    public String toString() {
        return label;
    }
}
