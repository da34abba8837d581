package dev.adit.proxy.dns;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketException;

/// A query that has not been answered yet. Thread-safe: its thread says what it waits for, and any
/// other thread may give it up.
final class OutstandingQuery {
    private @Nullable Closeable awaited; // guarded by this, as is:
    private boolean isGivenUp;

    /// From now on the thread of the query waits for this, which is closed when the query is given
    /// up.
    ///
    /// @throws SocketException when it has been given up already; `next` is left as it is then
    synchronized void await(Closeable next) throws SocketException {
        if (isGivenUp) throw new SocketException("given up");
        awaited = next;
    }

    /// True when nothing more is to be done for it.
    synchronized boolean isGivenUp() {
        return isGivenUp;
    }

    /// Ends what its thread waits for. Nothing is thrown.
    void giveUp() {
        Closeable last;
        synchronized (this) {
            isGivenUp = true;
            last = awaited;
        }
        if (last == null) return;
        try {
            last.close();
        } catch (IOException e) {
            // it is of no more use either way
        }
    }
}
