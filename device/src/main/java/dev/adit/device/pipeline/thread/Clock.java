package dev.adit.device.pipeline.thread;

import dev.adit.ip.port.TimeSource;

import java.time.Instant;
import java.time.InstantSource;

/// The device's clock: nanoseconds since it was started, and the time of day. Immutable.
public final class Clock {
    private final TimeSource time;
    private final InstantSource timeOfDay;
    private final long start;

    /// @param time nanoseconds, and what waits for them
    /// @param timeOfDay the time for people and for timestamps in handshakes
    public Clock(TimeSource time, InstantSource timeOfDay) {
        this.time = time;
        this.timeOfDay = timeOfDay;
        start = time.nanoTime();
    }

    /// Nanoseconds since the device was started.
    public long now() {
        return time.nanoTime() - start;
    }

    /// Parks the calling thread until `deadline`, which is [Long#MAX_VALUE] for never, or until it
    /// is unparked, or earlier.
    public void parkUntil(Object blocker, long deadline) {
        if (deadline == Long.MAX_VALUE) time.park(blocker);
        else time.parkUntil(blocker, start + deadline);
    }

    /// The time of day.
    public Instant timeOfDay() {
        return timeOfDay.instant();
    }
}
