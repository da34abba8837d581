package dev.adit.os.linux;

import java.util.function.LongSupplier;

/// The largest size of datagrams that the kernel can cut from one send: none may exceed the MTU of
/// the path, which is remembered for a while as the size that was refused. Thread-safe.
///
/// Larger datagrams are sent one by one, and fragmented on the way.
final class SegmentLimit {
    private final LongSupplier clock;
    private volatile int limit = NO_LIMIT;
    private volatile long until;

    SegmentLimit() {
        this(System::nanoTime);
    }

    /// @param clock nanoseconds from any origin
    SegmentLimit(LongSupplier clock) {
        this.clock = clock;
    }

    /// True when datagrams of `bytes` bytes may be sent in one piece.
    boolean allows(int bytes) {
        if (bytes < limit) return true;
        if (clock.getAsLong() - until < 0) return false;
        limit = NO_LIMIT;
        return true;
    }

    /// Records that a send of datagrams of `bytes` bytes was refused in one piece but succeeded one
    /// by one.
    void refused(int bytes) {
        until = clock.getAsLong() + MEMORY;
        limit = bytes;
    }

    private static final int NO_LIMIT = Integer.MAX_VALUE;
    private static final long MEMORY = 10_000_000_000L; // nanoseconds
}
