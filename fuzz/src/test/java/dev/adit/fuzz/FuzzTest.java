package dev.adit.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Every target with its seeds, each of them an input that once mattered, and for a moment with
/// what the fuzzer makes of them. `fuzz/run.sh` lets it go on for as long as one likes.
class FuzzTest {

    @ParameterizedTest
    @MethodSource("targets")
    void holdsForEverySeed(String name) throws Throwable {
        Target target = Targets.named(name);
        List<Path> seeds = seeds(name);
        assertThat(seeds).as("seeds of " + name).isNotEmpty();
        for (Path seed : seeds) {
            try {
                target.take(Files.readAllBytes(seed));
            } catch (Throwable failure) {
                throw new AssertionError(name + " fails with the seed " + seed, failure);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void holdsForNothingAndForShortInputs(String name) throws Throwable {
        Target target = Targets.named(name);
        target.take(new byte[0]);
        for (int i = 0; i < 256; i++) target.take(new byte[] {(byte) i});
    }

    @Test
    void everySeedHasATarget() throws IOException {
        try (Stream<Path> folders = Files.list(SEEDS)) {
            assertThat(folders.map(folder -> folder.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(Targets.names());
        }
    }

    /// The same inputs in every run, as far as the machine has no part in it; an input that fails
    /// is kept, and repeats it.
    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void holdsForWhatTheFuzzerMakesUp(@TempDir Path folder) throws Exception {
        Path corpus = Files.createDirectory(folder.resolve("corpus"));
        for (String name : Targets.names()) {
            for (Path seed : seeds(name)) {
                byte[] input = AllTargets.addressed(name, Files.readAllBytes(seed));
                Files.write(corpus.resolve(name + "-" + seed.getFileName()), input);
            }
        }
        Path findings = Files.createDirectories(Path.of("target", "fuzz", "findings"));
        Path log = folder.resolve("log");
        Process fuzzer =
                new ProcessBuilder(command(corpus, findings))
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            int status = fuzzer.waitFor();
            assertThat(status).as(() -> tail(log)).isZero();
            assertThat(tail(log)).contains("Done " + RUNS + " runs");
        } finally {
            fuzzer.destroyForcibly();
        }
    }

    private static List<String> command(Path corpus, Path findings) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return List.of(
                java.toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1", // it is over before more pays off
                "-XX:+UseSerialGC",
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + JazzerEntry.class.getName(),
                "--target_args=" + JazzerEntry.ALL,
                "--instrumentation_includes=dev.adit.**",
                "--instrumentation_excludes=dev.adit.protocol.sim.**:dev.adit.protocol.crypto.**",
                "--reproducer_path=" + findings,
                "-artifact_prefix=" + findings + File.separator + JazzerEntry.ALL + "-",
                "-rss_limit_mb=0", // the heap has a limit of its own
                "-seed=1",
                "-runs=" + RUNS,
                "-max_len=2048",
                corpus.toString());
    }

    private static String tail(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static Stream<String> targets() {
        return Targets.names().stream();
    }

    private static List<Path> seeds(String name) throws IOException {
        try (Stream<Path> files = Files.list(SEEDS.resolve(name))) {
            return files.sorted().toList();
        }
    }

    private static final Path SEEDS = Path.of("src", "test", "resources", "seeds");
    private static final int RUNS = 5_000;
}
