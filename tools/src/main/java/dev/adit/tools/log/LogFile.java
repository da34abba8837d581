package dev.adit.tools.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// A log file for its owner alone, opened with the first line. When it has grown, it becomes the
/// only old one, and a new one is begun. What cannot be written is dropped. Thread-safe.
final class LogFile {
    private final Path path;
    private FileChannel channel; // guarded by this

    /// @param path the file, or null for none
    LogFile(Path path) {
        this.path = path;
    }

    /// Whether there was a first line.
    synchronized boolean isOpen() {
        return channel != null;
    }

    synchronized void write(byte[] line) {
        if (path == null) return;
        try {
            if (channel == null) channel = open();
            if (channel.size() + line.length > MAX_SIZE) turn();
            ByteBuffer bytes = ByteBuffer.wrap(line);
            while (bytes.hasRemaining()) channel.write(bytes);
        } catch (IOException | UnsupportedOperationException e) {
            // A full disk must not stop a tunnel.
        }
    }

    private void turn() throws IOException {
        channel.close();
        Path old = path.resolveSibling(path.getFileName() + ".old");
        Files.move(path, old, StandardCopyOption.REPLACE_EXISTING);
        channel = open();
    }

    private FileChannel open() throws IOException {
        Files.createDirectories(path.getParent());
        Set<StandardOpenOption> append =
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        return FileChannel.open(
                path,
                append,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    private static final long MAX_SIZE = 1 << 20; // bytes
}
