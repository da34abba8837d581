package dev.adit.tools.daemon;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/// The PID file for service managers: this process's number and a newline. Thread-safe.
final class PidFile implements AutoCloseable {
    private final Path path;
    private final String text;

    private PidFile(Path path, String text) {
        this.path = path;
        this.text = text;
    }

    /// Writes the file named by `ADIT_PID_FILE`.
    ///
    /// @return null when it is not set
    static @Nullable PidFile of(Map<String, String> environment) throws IOException {
        String name = environment.getOrDefault("ADIT_PID_FILE", "");
        return name.isEmpty() ? null : write(Path.of(name), ProcessHandle.current().pid());
    }

    /// Replaces the file as a whole, so that readers see the new or the old one.
    static PidFile write(Path path, long pid) throws IOException {
        PidFile file = new PidFile(path, pid + "\n");
        Path fresh = Files.createTempFile(path.toAbsolutePath().getParent(), ".pid", "");
        try {
            Files.writeString(fresh, file.text);
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
        return file;
    }

    /// Deletes the file, unless it belongs to another process by now.
    @Override
    public void close() throws IOException {
        try {
            if (Files.readString(path).equals(text)) Files.delete(path);
        } catch (NoSuchFileException e) {
            // Already deleted.
        }
    }
}
