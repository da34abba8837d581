package dev.adit.device.listener;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Limits log messages to a number in each period. Thread-safe.
final class LogRateLimit {
    private final int size;
    private final long period;
    private final AtomicLong end = new AtomicLong(Long.MIN_VALUE);
    private final AtomicInteger left = new AtomicInteger();

    /// @param period in nanoseconds; it begins with the first message after the previous period
    LogRateLimit(int size, long period) {
        this.size = size;
        this.period = period;
    }

    /// Takes one message from the limit; false when none is left.
    boolean take(long now) {
        long until = end.get();
        if (now >= until && end.compareAndSet(until, now + period)) left.set(size);
        return left.getAndUpdate(count -> Math.max(count - 1, 0)) > 0;
    }
}
