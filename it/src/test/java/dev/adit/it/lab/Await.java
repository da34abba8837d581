package dev.adit.it.lab;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// Waiting for what another program does, always with a deadline.
public final class Await {

    /// Waits until `condition` holds.
    ///
    /// @throws AssertionError after `limit`, with what was waited for
    public static void until(String what, Duration limit, Callable<Boolean> condition) {
        until(() -> what, limit, condition);
    }

    /// Waits until `condition` holds; `what` is asked only when it never does.
    public static void until(Supplier<String> what, Duration limit, Callable<Boolean> condition) {
        if (!within(limit, condition)) {
            throw new AssertionError("not within " + limit + ": " + what.get());
        }
    }

    /// Waits until `condition` holds, but not longer than `limit`. False if it never did.
    public static boolean within(Duration limit, Callable<Boolean> condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!holds(condition)) {
            if (System.nanoTime() - deadline > 0) return false;
            LockSupport.parkNanos(INTERVAL);
        }
        return true;
    }

    /// Lets `duration` pass, to measure or observe something meanwhile.
    public static void pass(Duration duration) {
        within(duration, () -> false);
    }

    private static boolean holds(Callable<Boolean> condition) {
        try {
            return condition.call();
        } catch (RuntimeException failure) {
            throw failure;
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    private static final long INTERVAL = 5_000_000;

    private Await() {}
}
