package dev.adit.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/// A folder that is gone with all in it once closed.
public final class TemporaryFolder implements AutoCloseable {
    private final Path path;

    public TemporaryFolder() {
        try {
            path = Files.createTempDirectory("adit-it-");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// The path of a file in it.
    public Path file(String name) {
        return path.resolve(name);
    }

    @Override
    public void close() {
        if (Files.notExists(path)) return;
        try (Stream<Path> tree = Files.walk(path)) {
            for (Path file : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
