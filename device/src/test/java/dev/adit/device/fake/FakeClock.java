package dev.adit.device.fake;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// A clock that stands until it is set. Thread-safe.
public final class FakeClock implements InstantSource {
    private final AtomicLong nanos = new AtomicLong();

    /// Nanoseconds since the clock was made.
    public long nanoTime() {
        return nanos.get();
    }

    @Override
    public Instant instant() {
        return START.plusNanos(nanos.get());
    }

    /// Lets time pass, and has all threads look at their timers.
    public void advance(Duration by) {
        nanos.addAndGet(by.toNanos());
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().endsWith("-timers")) LockSupport.unpark(thread);
        }
    }

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
}
