package dev.adit.os.linux;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// A count of the threads that use descriptors and memory, which keeps these from being released:
/// threads enter and leave, and the closing thread waits until the last one has left. Thread-safe.
///
/// Without it a system call could meet a descriptor number that another file has by now.
final class UseCount {
    // The number of threads inside; CLOSED is added when no more may enter.
    private final AtomicInteger inside = new AtomicInteger();
    private volatile @Nullable Thread closer;

    /// Enters; false after [#close]. A thread that has entered must [#leave].
    boolean enter() {
        int count = inside.get();
        while (count >= 0) {
            if (inside.compareAndSet(count, count + 1)) return true;
            count = inside.get();
        }
        return false;
    }

    void leave() {
        if (inside.decrementAndGet() == CLOSED) LockSupport.unpark(closer);
    }

    boolean isClosed() {
        return inside.get() < 0;
    }

    /// Lets no further thread enter. Returns false when it was closed before.
    boolean close() {
        return inside.getAndUpdate(count -> count < 0 ? count : count + CLOSED) >= 0;
    }

    /// Waits until all threads have left. Only for the thread that called [#close].
    void awaitEmpty() {
        boolean interrupted = false;
        closer = Thread.currentThread(); // first, so that threads leaving later see it
        while (inside.get() != CLOSED) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    private static final int CLOSED = Integer.MIN_VALUE;
}
