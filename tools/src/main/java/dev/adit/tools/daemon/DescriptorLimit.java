package dev.adit.tools.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// Checks this process's limit of file descriptors at the start, before one is missing. Stateless.
///
/// The JVM has raised the soft limit to the hard one.
final class DescriptorLimit {
    /// @throws IOException when it is too low for a daemon; the message gives the number needed
    static void check() throws IOException {
        try {
            OptionalLong limit = parse(Files.readString(Path.of("/proc/self/limits")));
            if (limit.isPresent()) check(limit.getAsLong());
        } catch (NoSuchFileException noProc) {
            // Then a shortage is reported when it occurs.
        }
    }

    static void check(long limit) throws IOException {
        if (limit >= NEEDED) return;
        throw new IOException(
                "%d file descriptors are allowed (ulimit -n), and %d are needed"
                        .formatted(limit, NEEDED));
    }

    /// The soft limit in the text of `/proc/PID/limits`; empty when there is none.
    static OptionalLong parse(String limits) {
        try (Stream<String> lines = limits.lines()) {
            return lines.filter(line -> line.startsWith(NAME))
                    .map(line -> line.substring(NAME.length()).strip().split("\\s+"))
                    .filter(columns -> !columns[0].equals("unlimited"))
                    .mapToLong(columns -> Long.parseLong(columns[0]))
                    .findFirst();
        }
    }

    /// The largest number seen in use with one client, and as many again: for a second set of
    /// sockets when the port changes, for the queues of crypto threads, and for classes that the
    /// JVM loads.
    static final int NEEDED = 64;

    private static final String NAME = "Max open files";

    private DescriptorLimit() {}
}
