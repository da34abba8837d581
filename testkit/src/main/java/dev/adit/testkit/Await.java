package dev.adit.testkit;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for what other threads do, up to a deadline that only a fault reaches. Stateless.
public final class Await {

    /// Waits until `holds`, for facts that nobody announces.
    ///
    /// @throws AssertionError naming `what` at the deadline
    public static void until(String what, BooleanSupplier holds) {
        long deadline = deadline();
        while (!holds.getAsBoolean()) {
            if (isPast(deadline)) throw new AssertionError("not in time: " + what);
            LockSupport.parkNanos(POLL);
        }
    }

    /// Waits for `latch`.
    ///
    /// @throws AssertionError naming `what` at the deadline
    public static void open(String what, CountDownLatch latch) {
        try {
            if (latch.await(LIMIT, TimeUnit.NANOSECONDS)) return;
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
        throw new AssertionError("not in time: " + what);
    }

    /// Waits for the end of `thread`.
    public static void end(Thread thread) {
        until(thread + " to end", () -> !thread.isAlive());
    }

    /// When what begins now has to be done.
    static long deadline() {
        return System.nanoTime() + LIMIT;
    }

    static boolean isPast(long deadline) {
        return System.nanoTime() - deadline >= 0;
    }

    /// Waits for a change of what `monitor`, which the caller holds, guards.
    ///
    /// @throws AssertionError naming `what` at the deadline
    static void change(String what, Object monitor, long deadline) {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) throw new AssertionError("not in time: " + what);
        try {
            monitor.wait(left);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    private static final long LIMIT = 30_000_000_000L; // ns
    private static final long POLL = 200_000L; // ns

    private Await() {}
}
