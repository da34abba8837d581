package dev.adit.tools.demo;

import dev.adit.tools.terminal.Failure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// How the demonstration comes by the right to make networks. Stateless.
final class Privilege {
    /// Whether this user is root, here or in a user namespace.
    static boolean isRoot() throws IOException {
        return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    }

    /// Refuses a system on which even root could not do it.
    static void checkSystem() throws Failure {
        if (!Files.exists(TUN)) {
            throw new Failure("adit demo: there is no " + TUN + "; `modprobe tun' may bring it");
        }
        for (String folder : List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin")) {
            if (Files.isExecutable(Path.of(folder, "ip"))) return;
        }
        throw new Failure("adit demo: needs the program `ip', of the package iproute2");
    }

    /// Runs `command` as root of namespaces of its own, to its end.
    ///
    /// @return its exit status
    static int runInOwnNamespaces(List<String> command) throws Failure {
        List<String> words = new ArrayList<>(OWN_NAMESPACES);
        if (Files.isWritable(TUN) && succeeds(words, "true")) {
            words.addAll(List.of("sh", "-c", "mount -t tmpfs tmpfs /run && exec \"$@\"", "sh"));
            words.addAll(command);
            return run(words);
        }
        throw new Failure(
                "adit demo: needs root, or user namespaces, which this system does not allow");
    }

    private static boolean succeeds(List<String> command, String argument) {
        List<String> words = new ArrayList<>(command);
        words.add(argument);
        try {
            Process process =
                    new ProcessBuilder(words)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// With this program's streams. A signal to this program reaches the other too, and this one
    /// waits for it to clear up.
    private static int run(List<String> command) throws Failure {
        try {
            Process process = new ProcessBuilder(command).inheritIO().start();
            Thread hook = new Thread(() -> stop(process));
            Runtime.getRuntime().addShutdownHook(hook);
            return process.waitFor();
        } catch (IOException e) {
            throw new Failure(
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

    private Privilege() {}
}
