package dev.adit.tools.host;

import dev.adit.device.uapi.UapiSocket;

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

/// The process that serves a socket of this network namespace, found in /proc, which needs root.
/// Immutable.
record ServingProcess(ProcessHandle handle) {
    /// The process that has the socket of `name` open; empty when that cannot be known.
    static Optional<ServingProcess> of(String name) {
        try {
            Set<String> sockets = sockets(name);
            if (sockets.isEmpty()) return Optional.empty();
            Path file = UapiSocket.DIRECTORY.resolve(name + ".sock");
            Object owner = Files.getAttribute(file, "unix:uid");
            return ProcessHandle.allProcesses()
                    .filter(handle -> hasOwner(handle, owner))
                    .filter(handle -> hasOpen(handle, sockets))
                    .findFirst()
                    .map(ServingProcess::new);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// The link targets of the sockets of `name`. Each has the path that it was bound to: for aditd
    /// it is a private one, from which the socket is moved to its place.
    private static Set<String> sockets(String name) throws IOException {
        return sockets(
                name, Files.readAllLines(Path.of("/proc/net/unix"), StandardCharsets.ISO_8859_1));
    }

    /// @param lines the lines of /proc/net/unix, whose last column is the path, with all its blanks
    static Set<String> sockets(String name, List<String> lines) {
        String quoted = Pattern.quote(name);
        Pattern path =
                Pattern.compile(
                        "(/var)?/run/wireguard/("
                                + quoted
                                + "[.]sock|[.]"
                                + quoted
                                + "[.][0-9]+/s)");
        Set<String> sockets = new HashSet<>();
        for (String line : lines) {
            String[] columns = line.strip().split("\\s+", PATH + 1);
            if (columns.length <= PATH || !path.matcher(columns[PATH]).matches()) continue;
            sockets.add("socket:[" + columns[INODE] + "]");
        }
        return sockets;
    }

    /// True when the process belongs to the owner of the socket's file: another user may have a
    /// folder of that name in a mount namespace.
    private static boolean hasOwner(ProcessHandle handle, Object owner) {
        try {
            return Files.getAttribute(process(handle), "unix:uid").equals(owner);
        } catch (IOException e) {
            return false;
        }
    }

    private static Path process(ProcessHandle handle) {
        return Path.of("/proc", String.valueOf(handle.pid()));
    }

    private static boolean hasOpen(ProcessHandle handle, Set<String> sockets) {
        Path descriptors = process(handle).resolve("fd");
        try (DirectoryStream<Path> links = Files.newDirectoryStream(descriptors)) {
            for (Path link : links) {
                if (sockets.contains(Files.readSymbolicLink(link).toString())) return true;
            }
        } catch (IOException | DirectoryIteratorException e) {
            // It has ended, or belongs to another user.
        }
        return false;
    }

    /// True while it runs. A zombie has ended.
    boolean isRunning() {
        if (!handle.isAlive()) return false;
        try {
            Path stat = process(handle).resolve("stat");
            return !Files.readString(stat, StandardCharsets.ISO_8859_1).contains(") Z ");
        } catch (IOException e) {
            return false;
        }
    }

    private static final int INODE = 6;
    private static final int PATH = 7;
}
