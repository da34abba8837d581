package dev.adit.stack.ip;

/// A rate limit: at most so many events a second, with bursts of up to one second's worth.
/// Thread-safe; a leaf in the order of locks.
public final class RateLimit {
    private final long cost; // nanoseconds for one
    private long credit = SECOND;
    private long last = Long.MIN_VALUE;

    public RateLimit(int perSecond) {
        cost = SECOND / perSecond;
    }

    /// True when one more may be done at `now`.
    public synchronized boolean allows(long now) {
        if (last == Long.MIN_VALUE) last = now;
        credit = Math.min(SECOND, credit + Math.max(0, now - last));
        last = Math.max(last, now);
        if (credit < cost) return false;
        credit -= cost;
        return true;
    }

    private static final long SECOND = 1_000_000_000L;
}
