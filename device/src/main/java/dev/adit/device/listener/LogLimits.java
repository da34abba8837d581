package dev.adit.device.listener;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// The limits of log messages that others can cause at will, by subject. Thread-safe.
final class LogLimits {
    /// Each subject has a limit of its own, so that the noise of one does not hide another.
    enum Subject {
        INFORMATION,
        SENDING_RESPONSE,
        SENDING_COOKIE,
        ACCEPTED,
        SESSION,
        KEEPALIVE,
        INVALID_MAC,
        RATE_LIMITED,
        INVALID,
        DROPPED
    }

    private final LongSupplier clock;
    private final AtomicLong nextDataReport = new AtomicLong();
    private final LogRateLimit[] limits = new LogRateLimit[Subject.values().length];

    /// @param clock nanoseconds since the device was started
    LogLimits(LongSupplier clock) {
        this.clock = clock;
        for (int i = 0; i < limits.length; i++) limits[i] = new LogRateLimit(BURST, PERIOD);
    }

    /// True a few times a second.
    boolean take(Subject subject) {
        return limits[subject.ordinal()].take(clock.getAsLong());
    }

    /// True once a second, for messages about single data packets.
    boolean takeForData() {
        long now = clock.getAsLong();
        long next = nextDataReport.get();
        return now >= next && nextDataReport.compareAndSet(next, now + PERIOD);
    }

    private static final int BURST = 10;
    private static final long PERIOD = 1_000_000_000L; // nanoseconds
}
