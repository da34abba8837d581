package dev.adit.it.lab;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// A command with its surroundings, to be run to its end or started. Immutable but for its setters,
/// which return it.
public final class Command {
    private final List<String> argv;
    private final Map<String, String> environment = new TreeMap<>();
    private Duration limit = Duration.ofSeconds(20);
    private String input = "";

    private Command(List<String> argv) {
        this.argv = argv;
    }

    public static Command of(List<String> argv) {
        return new Command(List.copyOf(argv));
    }

    public static Command of(String... argv) {
        return of(List.of(argv));
    }

    /// Its words.
    public List<String> argv() {
        return argv;
    }

    /// Sets an environment variable.
    public Command with(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /// Sets several environment variables.
    public Command with(Map<String, String> variables) {
        environment.putAll(variables);
        return this;
    }

    /// Sets how long it may take; 20 seconds if not set.
    public Command within(Duration limit) {
        this.limit = limit;
        return this;
    }

    /// Sets what it reads from its standard input; nothing if not set.
    public Command input(String text) {
        input = text;
        return this;
    }

    /// Runs it to its end.
    public Outcome run() {
        // Files, because a daemon that it leaves behind may keep a pipe open for ever.
        try (TemporaryFolder folder = new TemporaryFolder()) {
            Path out = folder.file("out"), err = folder.file("err"), in = folder.file("in");
            Files.writeString(in, input);
            Process process =
                    builder()
                            .redirectInput(in.toFile())
                            .redirectOutput(out.toFile())
                            .redirectError(err.toFile())
                            .start();
            int status = -1;
            if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                status = process.exitValue();
            } else {
                process.destroyForcibly().waitFor();
            }
            return new Outcome(argv, status, read(out), read(err));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /// Starts it with its output in a file.
    public Running start() {
        try {
            TemporaryFolder folder = new TemporaryFolder();
            Path log = folder.file("log");
            ProcessBuilder builder = builder().redirectErrorStream(true);
            builder.redirectInput(new File("/dev/null")).redirectOutput(log.toFile());
            return new Running(argv, builder.start(), folder, log);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private ProcessBuilder builder() {
        List<String> command = new ArrayList<>(argv);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        builder.environment().put("LC_ALL", "C");
        return builder;
    }

    /// What a program wrote, whatever bytes that was.
    static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
