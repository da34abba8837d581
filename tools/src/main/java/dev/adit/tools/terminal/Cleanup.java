package dev.adit.tools.terminal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/// Resources that must not outlive the program, closed in reverse order by any thread that ends it.
/// Thread-safe.
public final class Cleanup {
    private final Consumer<Throwable> trouble;
    private final Deque<AutoCloseable> open = new ArrayDeque<>(); // guarded by this
    private boolean ended; // guarded by this
    private final Object closing = new Object(); // taken before this, and never the other way round

    /// @param trouble told of each failure to close, after which the rest is closed all the same
    public Cleanup(Consumer<Throwable> trouble) {
        this.trouble = trouble;
    }

    /// Registers `resource` to be closed at the end; closes it now if the end has come.
    public <T extends AutoCloseable> T add(T resource) {
        boolean late;
        synchronized (this) {
            late = ended;
            if (!late) open.push(resource);
        }
        if (late) close(resource);
        return resource;
    }

    /// Closes all resources, and from now on new ones at once. A thread that calls this while
    /// another does so waits for it.
    public void closeAll() {
        synchronized (closing) {
            for (AutoCloseable next; (next = take()) != null; ) close(next);
        }
    }

    /// True when the end has come.
    public synchronized boolean ended() {
        return ended;
    }

    private synchronized AutoCloseable take() {
        ended = true;
        return open.poll();
    }

    private void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception | Error e) {
            trouble.accept(e);
        }
    }
}
