package dev.adit.stack.recovery;

/// Smoothed round-trip time and retransmission timeout (RFC 6298), in nanoseconds. The timeout is
/// at least 200 ms above the round-trip time, as Linux has it. Guarded by the connection.
public final class RttEstimator {
    private long smoothed;
    private long variation;
    private long min = Long.MAX_VALUE;
    private int backoff;

    public RttEstimator() {}

    /// Takes a measurement in.
    public void sample(long rtt) {
        long r = Math.max(1, rtt);
        min = Math.min(min, r);
        if (smoothed == 0) {
            smoothed = r;
            variation = r / 2;
            return;
        }
        variation += (Math.abs(smoothed - r) - variation) / 4;
        smoothed += (r - smoothed) / 8;
    }

    /// 0 before the first sample.
    public long smoothed() {
        return smoothed;
    }

    public long variation() {
        return variation;
    }

    /// The shortest ever, or `Long.MAX_VALUE`.
    public long min() {
        return min;
    }

    /// The timeout with its backoff.
    public long timeout() {
        long shift = base() << Math.min(backoff, MAX_SHIFT);
        return Math.min(shift, MAX);
    }

    /// The timeout without backoff.
    public long base() {
        return smoothed == 0 ? INITIAL : smoothed + Math.max(MIN, 4 * variation);
    }

    /// The timeout has passed: doubles it.
    public void backOff() {
        backoff++;
    }

    /// How often it was doubled.
    public int backoffs() {
        return backoff;
    }

    /// New data was acknowledged.
    public void forgetBackoff() {
        backoff = 0;
    }

    public static final long INITIAL = 1_000_000_000L;
    public static final long MAX = 120_000_000_000L;
    private static final long MIN = 200_000_000L;
    private static final int MAX_SHIFT = 20;
}
