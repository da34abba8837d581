package dev.adit.device.fake;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// A clock that stands until it is set. Thread-safe.
public final class FakeClock implements InstantSource {
    private final AtomicLong nanos = new AtomicLong();
    private volatile Duration wrong = Duration.ZERO;
    private volatile Failure failure;

    /// What who reads the clock gets in place of the time.
    private record Failure(String role, Throwable cause) {}

    /// Nanoseconds since the clock was made.
    public long nanoTime() {
        Failure due = failure;
        if (due != null && Thread.currentThread().getName().endsWith("-" + due.role)) {
            if (due.cause instanceof Error error) throw error;
            throw (RuntimeException) due.cause;
        }
        return nanos.get();
    }

    @Override
    public Instant instant() {
        return START.plusNanos(nanos.get()).plus(wrong);
    }

    /// Lets time pass, and has all threads look at their timers.
    public void advance(Duration by) {
        sleep(by);
        wakeTimers();
    }

    /// Lets time pass as while a machine sleeps: nobody is woken.
    public void sleep(Duration by) {
        nanos.addAndGet(by.toNanos());
    }

    /// Has the clock go wrong by so much, from now on, for whoever asks for the time of day.
    public void goWrong(Duration by) {
        wrong = by;
    }

    /// Has threads whose names end with `role` meet this bug, or error, when they read the clock.
    public void failIn(String role, Throwable cause) {
        failure = new Failure(role, cause);
    }

    /// Has all threads look at their timers.
    public void wakeTimers() {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().endsWith("-timers")) LockSupport.unpark(thread);
        }
    }

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
}
