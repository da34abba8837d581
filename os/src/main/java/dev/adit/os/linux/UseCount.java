package dev.adit.os.linux;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Keeps descriptors and memory in use from being released: threads enter and leave, and who closes
/// the gate waits until the last one has left. Thread-safe.
///
/// Without it a system call could meet a descriptor number that another file has by now.
final class UseCount {
    // The number of threads inside; CLOSED is added when no more may enter.
    private final AtomicInteger inside = new AtomicInteger();
    private volatile Thread closer;

    /// False when the gate is closed. A thread that got in must [#leave].
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

    /// Lets no one in any more. False when the gate was closed before.
    boolean close() {
        return inside.getAndUpdate(count -> count < 0 ? count : count + CLOSED) >= 0;
    }

    /// Waits until all have left. For the thread that closed the gate.
    void awaitEmpty() {
        boolean interrupted = false;
        closer = Thread.currentThread(); // before the first look: who leaves later sees it
        while (inside.get() != CLOSED) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    private static final int CLOSED = Integer.MIN_VALUE;
}
