package dev.adit.stack.congestion;

/// Ends slow start when round-trip times grow, before a loss does (HyStart++, RFC 9406).
///
/// Guarded by the connection.
final class HyStart {
    private long roundEnd;
    private long lastMin = UNKNOWN;
    private long currentMin = UNKNOWN;
    private long baseline = UNKNOWN; // of the round in which conservative slow start began
    private int samples;
    private int conservativeRounds; // 0 while in ordinary slow start

    /// True in conservative slow start.
    boolean isConservative() {
        return conservativeRounds > 0;
    }

    /// Takes a round-trip time in.
    ///
    /// @return true when slow start has to end
    boolean sample(long rtt, long acked, long sent) {
        currentMin = Math.min(currentMin, rtt);
        samples++;
        boolean isEnough = samples >= SAMPLES && currentMin != UNKNOWN && lastMin != UNKNOWN;
        if (!isConservative()) {
            if (isEnough) {
                long threshold =
                        Math.clamp(lastMin / MIN_RTT_DIVISOR, MIN_THRESHOLD, MAX_THRESHOLD);
                if (currentMin >= lastMin + threshold) {
                    baseline = currentMin;
                    conservativeRounds = 1;
                }
            }
        } else if (samples >= SAMPLES && currentMin < baseline) {
            baseline = UNKNOWN;
            conservativeRounds = 0;
        }
        return acked >= roundEnd && endRound(sent);
    }

    private boolean endRound(long sent) {
        roundEnd = sent;
        lastMin = currentMin;
        currentMin = UNKNOWN;
        samples = 0;
        return isConservative() && ++conservativeRounds > ROUNDS;
    }

    void restart() {
        lastMin = currentMin = baseline = UNKNOWN;
        samples = conservativeRounds = 0;
    }

    static final int GROWTH_DIVISOR = 4;
    private static final long UNKNOWN = Long.MAX_VALUE;
    private static final int SAMPLES = 8;
    private static final int ROUNDS = 5;
    private static final int MIN_RTT_DIVISOR = 8;
    private static final long MIN_THRESHOLD = 4_000_000;
    private static final long MAX_THRESHOLD = 16_000_000;
}
