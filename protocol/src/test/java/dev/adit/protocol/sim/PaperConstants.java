package dev.adit.protocol.sim;

/// The paper's numbers (§5.3, §5.4.6, §6.1), written again: the tests hold the program to the paper
/// and not to itself. Times are nanoseconds.
public final class PaperConstants {
    public static final long MILLISECOND = 1_000_000L;
    public static final long SECOND = 1_000 * MILLISECOND;
    public static final long MINUTE = 60 * SECOND;
    public static final long HOUR = 60 * MINUTE;
    public static final long DAY = 24 * HOUR;

    public static final long REKEY_AFTER_MESSAGES = 1L << 60;
    public static final long REJECT_AFTER_MESSAGES = -(1L << 13) - 1; // 2^64 - 2^13 - 1
    public static final long REKEY_AFTER_TIME = 120 * SECOND;
    public static final long REJECT_AFTER_TIME = 180 * SECOND;
    public static final long REKEY_ATTEMPT_TIME = 90 * SECOND;
    public static final long REKEY_TIMEOUT = 5 * SECOND;
    public static final long KEEPALIVE_TIMEOUT = 10 * SECOND;

    /// What may be added to [#REKEY_TIMEOUT] (§6.1): a third of a second, and a tick.
    public static final long MAX_JITTER = 334 * MILLISECOND;

    /// Three times Reject-After-Time (§6.3): then all keys are erased.
    public static final long ERASE_AFTER = 540 * SECOND;

    /// The age at which the initiator renews a session that it only receives on (§6.2).
    public static final long REKEY_ON_RECEIVE =
            REJECT_AFTER_TIME - KEEPALIVE_TIMEOUT - REKEY_TIMEOUT;

    /// One initiation, and 19 times one more.
    public static final int INITIATIONS_UNTIL_GIVEN_UP = 20;

    public static final long COOKIE_SECRET_AGE = 120 * SECOND;
    public static final long COOKIE_AGE = 115 * SECOND;
    public static final int WINDOW = 8128;
    public static final int INITIATIONS_PER_SECOND = 50;

    /// Nanoseconds of `seconds`.
    public static long seconds(double seconds) {
        return Math.round(seconds * SECOND);
    }

    private PaperConstants() {}
}
