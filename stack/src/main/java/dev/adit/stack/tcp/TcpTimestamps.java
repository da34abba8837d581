package dev.adit.stack.tcp;

/// The TCP timestamps of a connection (RFC 7323): a clock of milliseconds with an offset of its
/// own, and the last timestamp of the peer. Guarded by the connection.
final class TcpTimestamps {
    private final int offset;
    boolean isAgreed;
    private int recent; // TS.Recent
    private long recentAt;
    private boolean hasRecent;
    private long lastAckSent;

    TcpTimestamps(int offset) {
        this.offset = offset;
    }

    int value(long now) {
        return (int) (now / MILLISECOND) + offset;
    }

    /// What to echo.
    int recent() {
        return recent;
    }

    /// Nanoseconds since this side's clock said `echo`, or -1 when it never did of late.
    long age(long now, int echo) {
        int age = value(now) - echo;
        return age < 0 || age > LONGEST_AGE ? -1 : age * MILLISECOND;
    }

    /// True for a segment whose timestamp is older than that of one before: a wrapped sequence
    /// number (PAWS). After 24 days of silence nothing is too old.
    boolean isOld(long now, int value) {
        return hasRecent && value - recent < 0 && now - recentAt < TOO_OLD;
    }

    /// An acceptable segment at `position` has this timestamp.
    void received(long now, long position, int value) {
        if (position > lastAckSent || isOld(now, value)) return;
        recent = value;
        recentAt = now;
        hasRecent = true;
    }

    /// An acknowledgement up to `position` is sent.
    void acknowledged(long position) {
        lastAckSent = position;
    }

    static final long MILLISECOND = 1_000_000L;
    private static final int LONGEST_AGE = 600_000;
    private static final long TOO_OLD = 24L * 86_400 * 1000 * MILLISECOND;
}
