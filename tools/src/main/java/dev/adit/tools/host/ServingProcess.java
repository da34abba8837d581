package dev.adit.tools.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The process that serves a socket of this network namespace, as /proc tells root. Immutable.
record ServingProcess(ProcessHandle handle) {
    /// The process that has the socket of `name` open; empty when that cannot be known.
    static Optional<ServingProcess> of(String name) {
        try {
            Set<String> sockets = sockets(name);
            if (sockets.isEmpty()) return Optional.empty();
            return ProcessHandle.allProcesses()
                    .filter(handle -> hasOpen(handle, sockets))
                    .findFirst()
                    .map(ServingProcess::new);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// What links to the sockets of `name` look like. Each has the path that it was bound to:
    /// aditd's is one that nobody else can reach, from which it moves to its place.
    private static Set<String> sockets(String name) throws IOException {
        String quoted = Pattern.quote(name);
        Pattern path =
                Pattern.compile("/wireguard/(" + quoted + "[.]sock|[.]" + quoted + "[.][0-9]+/s)$");
        Set<String> sockets = new HashSet<>();
        List<String> lines =
                Files.readAllLines(Path.of("/proc/net/unix"), StandardCharsets.ISO_8859_1);
        for (String line : lines) {
            if (!path.matcher(line).find()) continue;
            sockets.add("socket:[" + line.strip().split("\\s+")[INODE] + "]");
        }
        return sockets;
    }

    private static boolean hasOpen(ProcessHandle handle, Set<String> sockets) {
        Path descriptors = Path.of("/proc", String.valueOf(handle.pid()), "fd");
        try (DirectoryStream<Path> links = Files.newDirectoryStream(descriptors)) {
            for (Path link : links) {
                if (sockets.contains(Files.readSymbolicLink(link).toString())) return true;
            }
        } catch (IOException | DirectoryIteratorException e) {
            // It has ended, or is none of ours.
        }
        return false;
    }

    /// Whether it has not ended. One that waits for its parent to take notice has.
    boolean isRunning() {
        if (!handle.isAlive()) return false;
        try {
            Path stat = Path.of("/proc", String.valueOf(handle.pid()), "stat");
            return !Files.readString(stat, StandardCharsets.ISO_8859_1).contains(") Z ");
        } catch (IOException e) {
            return false;
        }
    }

    private static final int INODE = 6;
}
