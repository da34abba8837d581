package dev.adit.net.lab;

import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/// Waits for what other threads do, up to a deadline that only a fault reaches. Stateless.
public final class Await {
    /// Waits until `holds`.
    ///
    /// @throws AssertionError naming `what` at the deadline
    public static void until(String what, Callable<Boolean> holds) throws Exception {
        long deadline = System.nanoTime() + LIMIT;
        while (!holds.call()) {
            if (System.nanoTime() - deadline >= 0) throw new AssertionError("not in time: " + what);
            LockSupport.parkNanos(POLL);
        }
    }

    private static final long LIMIT = 60_000_000_000L; // ns
    private static final long POLL = 200_000L; // ns

    private Await() {}
}
