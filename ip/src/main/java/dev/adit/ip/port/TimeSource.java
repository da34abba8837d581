package dev.adit.ip.port;

import java.util.concurrent.locks.LockSupport;

/// A monotonic clock, with a way to wait until a time on it. Thread-safe.
///
/// The platform's is found with [java.util.ServiceLoader]; a device can be given another one, with
/// which a simulation decides when time passes.
public interface TimeSource {
    /// Nanoseconds that never decrease, from any origin, including the time for which the machine
    /// sleeps. Called once for a batch of packets.
    long nanoTime();

    /// Parks the calling thread, unless its permit is there, until `deadline` on this clock is near
    /// or past, until it is unparked, or for no reason: the caller looks at the time again.
    ///
    /// @param blocker the object that waits, for people who look at threads
    /// @param deadline a value of [#nanoTime]
    default void parkUntil(Object blocker, long deadline) {
        long left = deadline - nanoTime();
        // While the machine sleeps, time passes but parking does not count it: so deadlines that
        // passed meanwhile are noticed soon.
        if (left > 0) LockSupport.parkNanos(blocker, Math.min(left, LONGEST_PARK));
    }

    /// Parks the calling thread, which waits for no time, until it is unparked, or for no reason.
    default void park(Object blocker) {
        LockSupport.park(blocker);
    }

    /// Nanoseconds after which [#parkUntil] returns at the latest, unless it is overridden.
    long LONGEST_PARK = 30_000_000_000L;
}
