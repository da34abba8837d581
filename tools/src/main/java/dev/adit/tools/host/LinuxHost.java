package dev.adit.tools.host;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The Linux system that this program runs on. Immutable.
public final class LinuxHost implements SystemHost {
    private final Map<String, String> environment;
    private final @Nullable String home;
    private final List<Path> folders;

    /// @param environment the environment of commands
    /// @param home the folder of our own programs, which take precedence, while those in its
    ///   `compat/bin` stand in for programs that are not installed; or null
    public LinuxHost(Map<String, String> environment, @Nullable String home) {
        this.environment = environment;
        this.home = home;
        String path = environment.getOrDefault("PATH", "");
        // The last is for hooks that call wg(8) where it is not installed.
        Stream<String> all =
                home == null
                        ? Stream.of(path, SYSTEM_PATH)
                        : Stream.of(home, path, SYSTEM_PATH, home + COMPAT);
        folders =
                all.flatMap(part -> Arrays.stream(part.split(":")))
                        .filter(folder -> folder.startsWith("/"))
                        .map(Path::of)
                        .distinct()
                        .toList();
    }

    private LinuxHost(LinuxHost host, List<Path> folders) {
        environment = host.environment;
        home = host.home;
        this.folders = folders;
    }

    @Override
    public SystemHost withCompatibility() {
        if (home == null) return this;
        List<Path> all = new ArrayList<>(List.of(Path.of(home + COMPAT)));
        all.addAll(folders);
        return new LinuxHost(this, all.stream().distinct().toList());
    }

    @Override
    public Answer query(String... argv) {
        try {
            Process process =
                    builder(List.of(argv))
                            .redirectInput(Redirect.from(NULL.toFile()))
                            .redirectError(Redirect.DISCARD)
                            .start();
            String text =
                    new String(
                            process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            return new Answer(status(process) == 0, text);
        } catch (IOException e) {
            return Answer.FAILED;
        }
    }

    @Override
    public int run(List<String> argv, @Nullable String input) throws IOException {
        Process process =
                builder(argv)
                        .redirectInput(input == null ? Redirect.INHERIT : Redirect.PIPE)
                        .redirectOutput(Redirect.INHERIT)
                        .redirectError(Redirect.INHERIT)
                        .start();
        if (input != null) feed(process, input);
        return status(process);
    }

    private static void feed(Process process, String input) {
        try (OutputStream to = process.getOutputStream()) {
            to.write(input.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            // It ended without reading on; its exit status gives the reason.
        }
    }

    /// Waits without a limit: a command left running would change things later.
    private static int status(Process process) {
        boolean interrupted = false;
        while (true) {
            try {
                int status = process.waitFor();
                if (interrupted) Thread.currentThread().interrupt();
                return status;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    private ProcessBuilder builder(List<String> argv) throws IOException {
        String program = argv.getFirst();
        Path path = find(program).orElseThrow(() -> new IOException("command not found"));
        List<String> words = new ArrayList<>(argv);
        words.set(0, path.toString());
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.environment()
                .put("PATH", String.join(":", folders.stream().map(Path::toString).toList()));
        builder.environment().put("LC_ALL", "C");
        return builder;
    }

    @Override
    public Optional<Path> find(String program) {
        Stream<Path> places =
                program.contains("/")
                        ? Stream.of(Path.of(program))
                        : folders.stream().map(folder -> folder.resolve(program));
        return places.filter(path -> Files.isRegularFile(path) && Files.isExecutable(path))
                .findFirst();
    }

    @Override
    public Optional<String> text(Path file) {
        try {
            return Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean isLink(Path file) {
        return Files.isSymbolicLink(file);
    }

    private static final String COMPAT = "/compat/bin";
    private static final Path NULL = Path.of("/dev/null");

    /// The folders of commands that users often lack in their PATH.
    private static final String SYSTEM_PATH =
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}
