package dev.adit.tools.ifconfig;

import dev.adit.device.resolve.Resolver;
import dev.adit.tools.host.Daemons;
import dev.adit.tools.host.LinuxHost;
import dev.adit.tools.host.StateFolder;
import dev.adit.tools.host.SystemHost;
import dev.adit.tools.terminal.Terminal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// The environment of a command: system, daemons, resolver, records and network namespace.
/// Immutable.
///
/// @param records the folder of the interfaces' records
/// @param namespace the network namespace we are in
record CommandContext(
        SystemHost host, Daemons daemons, Resolver resolver, Path records, String namespace) {
    /// The context of a command on this system.
    static CommandContext system(Terminal terminal) {
        SystemHost host = new LinuxHost(terminal.environment(), System.getProperty("adit.home"));
        return new CommandContext(
                host,
                Daemons.system(),
                Resolver.system(),
                Path.of("/var/run/adit"),
                namespaceOfOurs());
    }

    /// The name of the network namespace we are in, or a constant when there is only one.
    private static String namespaceOfOurs() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString();
        } catch (IOException e) {
            return "net";
        }
    }

    /// The host for shell commands of the BSDs, which find our `ifconfig` and `route` before
    /// others.
    SystemHost shell() {
        return host.withCompatibility();
    }

    /// Lets only one command at a time change interfaces. Ends with the program at the latest.
    FileChannel lock() throws IOException {
        StateFolder folder = new StateFolder(records);
        return folder.lock(LOCK, PATIENCE, () -> false, () -> {})
                .orElseThrow(() -> new IOException("another command holds " + folder.path(LOCK)));
    }

    private static final String LOCK = ".ifconfig-lock";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
}
