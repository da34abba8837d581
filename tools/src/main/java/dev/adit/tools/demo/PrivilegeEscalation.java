package dev.adit.tools.demo;

import dev.adit.tools.terminal.CommandFailure;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Gets the privilege to create networks for the demonstration. Stateless.
final class PrivilegeEscalation {
    /// True when this user is root, here or in a user namespace.
    static boolean isRoot() throws IOException {
        return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    }

    /// Refuses a system on which even root cannot create them.
    static void checkSystem() throws CommandFailure {
        Optional<String> closed = closed(TUN);
        if (closed.isPresent()) throw new CommandFailure("adit demo: " + closed.get());
        for (String folder : List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin")) {
            if (Files.isExecutable(Path.of(folder, "ip"))) return;
        }
        throw new CommandFailure("adit demo: needs the program `ip', of the package iproute2");
    }

    /// The reason why this user cannot open the device `tun`, and the remedy; empty when it can be
    /// opened.
    static Optional<String> closed(Path tun) {
        try {
            FileChannel.open(tun, StandardOpenOption.READ, StandardOpenOption.WRITE).close();
            return Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.of(
                    "there is no "
                            + tun
                            + "; `modprobe tun' may bring it, and into a container `--device "
                            + tun
                            + "'");
        } catch (AccessDeniedException e) {
            return Optional.of(
                    tun
                            + ": permission denied: its mode keeps this user out; `chmod 666' opens"
                            + " it");
        } catch (IOException e) {
            String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
            String cgroup =
                    "Operation not permitted".equals(reason)
                            ? ": the container's rules for devices forbid it; start it with"
                                    + " `--device "
                                    + tun
                                    + "'"
                            : "";
            return Optional.of(tun + ": " + reason + cgroup);
        }
    }

    /// Runs `command` to its end as root of namespaces of its own.
    ///
    /// @return its exit status
    static int runInOwnNamespaces(List<String> command) throws CommandFailure {
        List<String> words = new ArrayList<>(OWN_NAMESPACES);
        Optional<String> denied = denied(words);
        if (denied.isPresent()) {
            throw new CommandFailure(
                    "adit demo: needs root, or user namespaces, which this system denies: "
                            + denied.get());
        }
        words.addAll(List.of("sh", "-c", "mount -t tmpfs tmpfs /run && exec \"$@\"", "sh"));
        words.addAll(command);
        return run(words);
    }

    /// The reason why `command` cannot run anything; empty when it can.
    static Optional<String> denied(List<String> command) {
        List<String> words = new ArrayList<>(command);
        words.add("true");
        try {
            Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
            byte[] output = process.getInputStream().readAllBytes();
            String said = new String(output, Charset.defaultCharset()).strip();
            int status = process.waitFor();
            if (status == 0) return Optional.empty();
            return Optional.of(said.isEmpty() ? words.getFirst() + " ends with " + status : said);
        } catch (IOException e) {
            return Optional.of("there is no `" + words.getFirst() + "', of the package util-linux");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
    }

    /// Runs a command with this program's streams. A signal to this program reaches the other too,
    /// and this one waits for it to clean up.
    private static int run(List<String> command) throws CommandFailure {
        try {
            Process process = new ProcessBuilder(command).inheritIO().start();
            Thread hook = new Thread(() -> stop(process));
            Runtime.getRuntime().addShutdownHook(hook);
            return process.waitFor();
        } catch (IOException e) {
            throw new CommandFailure(
                    "adit demo: cannot run " + command.getFirst() + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private static void stop(Process process) {
        process.destroy();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final Path TUN = Path.of("/dev/net/tun");
    private static final List<String> OWN_NAMESPACES =
            List.of("unshare", "--map-root-user", "--net", "--mount");

    private PrivilegeEscalation() {}
}
