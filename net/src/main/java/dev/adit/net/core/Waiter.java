package dev.adit.net.core;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.locks.LockSupport;

/// Parks one thread at a time until another one wakes it.
///
/// The waiting thread calls [#begin], then looks whether it has to wait, then calls [#await], as
/// often as needed, then [#end]. A [#wake] after [#begin] is never missed. Thread-safe.
public final class Waiter {
    private volatile @Nullable Thread thread;

    /// The present thread begins to wait.
    public void begin() {
        thread = Thread.currentThread();
    }

    /// The thread that called [#begin] waits no more.
    public void end() {
        thread = null;
    }

    /// Waits for [#wake], for at most so many nanoseconds; may return early. Ends at once in a
    /// thread that is interrupted.
    public void await(long nanos) {
        if (nanos > 0) LockSupport.parkNanos(this, nanos);
    }

    /// Has the thread look again, if one waits.
    public void wake() {
        Thread waiting = thread;
        if (waiting != null) LockSupport.unpark(waiting);
    }
}
