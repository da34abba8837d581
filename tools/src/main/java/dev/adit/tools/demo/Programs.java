package dev.adit.tools.demo;

import dev.adit.tools.terminal.Cleanup;
import dev.adit.tools.terminal.CommandFailure;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Starts other programs, whose output goes to files in one folder. Thread-safe.
final class Programs {
    private final Path folder;
    private final Cleanup cleanup;
    private final AtomicInteger count = new AtomicInteger();

    /// @param folder a folder for the programs' output
    /// @param cleanup ends those that still run at the end
    Programs(Path folder, Cleanup cleanup) {
        this.folder = folder;
        this.cleanup = cleanup;
    }

    /// Runs `command` to its end.
    ///
    /// @throws CommandFailure with its last words, when its exit status is not 0
    void run(List<String> command) throws CommandFailure, InterruptedException {
        ask(command);
    }

    /// Runs `command` to its end and returns what it wrote to standard output.
    String ask(List<String> command) throws CommandFailure, InterruptedException {
        try (Child child = start(command)) {
            if (!child.process().waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new CommandFailure(String.join(" ", command) + ": takes too long");
            }
            if (child.process().exitValue() != 0) {
                throw new CommandFailure(String.join(" ", command) + ": " + child.lastWords());
            }
            return child.said();
        }
    }

    /// Starts `command`, whose standard input ends when the child is closed.
    Child start(List<String> command) throws CommandFailure {
        String name =
                "%02d-%s"
                        .formatted(
                                count.incrementAndGet(), Path.of(command.getFirst()).getFileName());
        File out = folder.resolve(name + ".out").toFile();
        File err = folder.resolve(name + ".err").toFile();
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out).redirectError(err);
        Map<String, String> environment = builder.environment();
        environment.put("LOG_LEVEL", "verbose");
        // `ip` is in there, and ordinary users do not have it in their PATH.
        environment.merge("PATH", "/usr/local/sbin:/usr/sbin:/sbin", (a, b) -> a + ":" + b);
        try {
            return cleanup.add(new Child(builder.start(), out.toPath(), err.toPath()));
        } catch (IOException e) {
            throw new CommandFailure("cannot run " + command.getFirst() + ": " + e.getMessage());
        }
    }

    /// A program that was started, and the files with its output. Closing ends it.
    record Child(Process process, Path out, Path err) implements AutoCloseable {
        String said() {
            return read(out);
        }

        /// The last line it printed, preferably of its error messages.
        String lastWords() {
            String words = read(err).isBlank() ? said() : read(err);
            return words.lines()
                    .filter(line -> !line.isBlank())
                    .reduce((first, second) -> second)
                    .orElse("failed without a message");
        }

        private static String read(Path file) {
            try {
                return Files.readString(file, StandardCharsets.UTF_8);
            } catch (IOException e) {
                return "";
            }
        }

        @Override
        public void close() {
            try {
                process.getOutputStream().close();
            } catch (IOException e) {
                // It no longer reads.
            }
            process.destroy();
            boolean interrupted = false;
            try {
                if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) return;
            } catch (InterruptedException e) {
                interrupted = true;
            }
            process.destroyForcibly();
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    private static final int LIMIT_SECONDS = 40;
    private static final int PATIENCE_SECONDS = 3;
}
