package dev.adit.tools.terminal;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Programs that are installed, to compare ours with.
public final class Tool {
    /// How a program ended and what it said.
    public record Outcome(int status, String out, String err) {}

    public static boolean isThere(String name) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
    }

    public static Outcome run(String input, String... command) throws Exception {
        return run(input, Map.of(), List.of(command));
    }

    /// Runs `command` to its end, with `environment` added to ours.
    public static Outcome run(String input, Map<String, String> environment, List<String> command)
            throws Exception {
        Path out = Files.createTempFile("adit", ".out"), err = Files.createTempFile("adit", ".err");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command)
                            .redirectOutput(out.toFile())
                            .redirectError(err.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.ISO_8859_1));
            } catch (IOException e) {
                // It did not want all of it.
            }
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command + " does not end");
            }
            return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    private Tool() {}
}
