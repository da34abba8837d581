package dev.adit.testkit;

import dev.adit.ip.port.TimeSource;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// A clock that stands still until it is advanced, so that devices run in virtual time.
/// Thread-safe.
public final class FakeClock implements TimeSource, InstantSource {
    private final AtomicLong nanos = new AtomicLong();
    private final Set<Thread> waiting = ConcurrentHashMap.newKeySet();
    private volatile Duration wrong = Duration.ZERO;
    private volatile @Nullable Failure failure;

    /// What who reads the clock gets in place of the time.
    private record Failure(String role, Throwable cause) {}

    /// A clock that stands at the beginning of the year 2026.
    public FakeClock() {}

    /// Nanoseconds since the clock was made.
    @Override
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

    @Override
    public void parkUntil(Object blocker, long deadline) {
        Thread thread = Thread.currentThread();
        waiting.add(thread);
        try {
            // Time that passes from now on wakes the thread.
            if (deadline > nanos.get()) LockSupport.park(blocker);
        } finally {
            waiting.remove(thread);
        }
    }

    @Override
    public void park(Object blocker) {
        parkUntil(blocker, Long.MAX_VALUE);
    }

    /// Lets time pass, and wakes the threads that wait for it.
    public void advance(Duration by) {
        sleep(by);
        wake();
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

    /// Wakes the threads that wait for a time, whether it has come or not.
    public void wake() {
        waiting.forEach(LockSupport::unpark);
    }

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
}
