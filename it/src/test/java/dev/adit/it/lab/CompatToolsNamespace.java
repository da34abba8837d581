package dev.adit.it.lab;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A namespace where `wg` and `wg-quick` are those of our `compat/bin`, with a `/run` of its own so
/// that all names of interfaces are free.
///
/// Confined to the test's thread.
public final class CompatToolsNamespace implements AutoCloseable {
    private final Netns netns;
    private final TemporaryFolder folder = new TemporaryFolder();
    private final Running holder;

    /// Makes one. `role` is part of its namespace's name.
    public static CompatToolsNamespace create(String role) {
        Software.subject().required();
        for (String tool : List.of("nsenter", "unshare", "bash")) Software.requireTool(tool);
        return new CompatToolsNamespace(Netns.create(role));
    }

    private CompatToolsNamespace(Netns netns) {
        this.netns = netns;
        StringBuilder script = new StringBuilder("mount -t tmpfs tmpfs /run");
        for (Path stock : stock()) script.append(" && mount --bind /dev/null ").append(stock);
        script.append(" && echo ready && exec sleep 3600");
        holder = netns.start(netns.command("unshare", "-m", "sh", "-c", script.toString()));
        holder.awaitOutput("ready");
        assumeTrue(holder.alive(), () -> "no mounts here: " + holder.output());
    }

    /// What of wireguard-tools is installed.
    private static List<Path> stock() {
        List<Path> found = new ArrayList<>();
        for (String folder : FOLDERS) {
            for (String name : List.of("wg", "wg-quick")) {
                Path file = Path.of(folder, name);
                if (!Files.isExecutable(file)) continue;
                try {
                    file = file.toRealPath();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
                if (!found.contains(file)) found.add(file);
            }
        }
        return found;
    }

    /// The command that runs `argv` on it.
    public Command command(String... argv) {
        String target = "" + holder.pid();
        List<String> inside = new ArrayList<>(List.of("nsenter", "-t", target, "-n", "-m", "--"));
        inside.addAll(List.of(argv));
        return Command.of(inside).with("PATH", ROOT.resolve("compat/bin") + ":" + PATH);
    }

    /// Runs a line of the shell on it, in its folder.
    public Outcome sh(String line) {
        return command("sh", "-c", "cd " + folder.file("") + " && umask 077 && " + line)
                .within(Duration.ofSeconds(60))
                .run();
    }

    /// Its folder for files.
    public Path file(String name) {
        return folder.file(name);
    }

    /// Writes a file for root alone.
    public Path write(String name, String text) {
        Path file = folder.file(name);
        try {
            Files.writeString(file, text);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return file;
    }

    public Netns netns() {
        return netns;
    }

    /// The pids of the daemons that serve `device` on it.
    public List<Long> daemons(String device) {
        return netns.pids().stream().filter(pid -> serves(pid, device)).toList();
    }

    private static boolean serves(long pid, String device) {
        try {
            Path line = Path.of("/proc/" + pid + "/cmdline");
            String words = new String(Files.readAllBytes(line), StandardCharsets.ISO_8859_1);
            return words.contains("daemon.Daemon\0") && words.endsWith("\0" + device + "\0");
        } catch (IOException e) {
            return false; // it has just ended
        }
    }

    /// Ends all that runs on it.
    @Override
    public void close() {
        netns.close();
        folder.close();
    }

    /// The folder of our programs.
    public static final Path ROOT = Path.of(System.getProperty("adit.root")).normalize();

    private static final String PATH =
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final List<String> FOLDERS =
            Stream.of(PATH, System.getenv("PATH"))
                    .flatMap(path -> Stream.of(path.split(":")))
                    .distinct()
                    .filter(folder -> !folder.contains("compat/bin"))
                    .toList();
}
