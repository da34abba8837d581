package dev.adit.device.pipeline.thread;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/// The device's clock: nanoseconds since it was started, and the time of day. Immutable.
public final class Clock {
    private final LongSupplier nanoTime;
    private final InstantSource timeOfDay;
    private final long start;

    /// @param nanoTime nanoseconds that never decrease, from any origin, including the time for
    ///   which the machine sleeps
    /// @param timeOfDay the time for people and for timestamps in handshakes
    public Clock(LongSupplier nanoTime, InstantSource timeOfDay) {
        this.nanoTime = nanoTime;
        this.timeOfDay = timeOfDay;
        start = nanoTime.getAsLong();
    }

    /// Nanoseconds since the device was started.
    public long now() {
        return nanoTime.getAsLong() - start;
    }

    /// The time of day.
    public Instant timeOfDay() {
        return timeOfDay.instant();
    }
}
