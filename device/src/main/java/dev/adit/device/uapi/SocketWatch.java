package dev.adit.device.uapi;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Objects;
import java.util.function.Supplier;

/// Watches for a socket's file, or its directory, to be deleted, moved or replaced. Thread-safe.
///
/// Events only wake it; then it checks whether the file is there, so a lost event, or one that
/// stands for many, does no harm.
final class SocketWatch implements AutoCloseable {
    private final SocketFile file;
    private final WatchService events;
    private final WatchKey directoryKey;
    private final Runnable onRemoved;
    private final Supplier<@Nullable Path> renamed;

    /// @param renamed the path that belongs to the present name of the interface, or null; a file
    ///   moved there is not removed
    /// @param onRemoved called at most once, on the thread of [#run]
    SocketWatch(SocketFile file, Supplier<@Nullable Path> renamed, Runnable onRemoved)
            throws IOException {
        this.file = file;
        this.renamed = renamed;
        this.onRemoved = onRemoved;
        Path directory = Objects.requireNonNull(file.path().toAbsolutePath().getParent());
        events = directory.getFileSystem().newWatchService();
        try {
            directoryKey = directory.register(events, ENTRY_CREATE, ENTRY_DELETE);
            watchParent(directory);
        } catch (IOException | RuntimeException e) {
            events.close();
            throw e;
        }
    }

    /// The directory itself reports its deletion; only its parent reports that it was moved away.
    private void watchParent(Path directory) throws IOException {
        Path parent = directory.toRealPath().getParent();
        if (parent != null) parent.register(events, ENTRY_DELETE);
    }

    /// Waits until the file is gone, then calls back; or until [#close].
    void run() {
        try {
            while ((file.isThere() || isRenamed()) && directoryKey.isValid()) {
                WatchKey key = events.take();
                key.pollEvents();
                key.reset();
            }
        } catch (ClosedWatchServiceException e) {
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        onRemoved.run();
    }

    private boolean isRenamed() {
        Path path = renamed.get();
        return path != null && file.follow(path);
    }

    @Override
    public void close() throws IOException {
        events.close();
    }
}
