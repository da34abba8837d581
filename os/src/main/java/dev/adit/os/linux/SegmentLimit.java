package dev.adit.os.linux;

import java.util.function.LongSupplier;

/// How large the datagrams of one send may be for the kernel to cut it: none may exceed the MTU of
/// its way, which for a while is remembered as the size that was refused. Thread-safe.
///
/// Datagrams above it are sent one by one, and fragmented on their way.
final class SegmentLimit {
    private final LongSupplier clock;
    private volatile int limit = NO_LIMIT;
    private volatile long until;

    SegmentLimit() {
        this(System::nanoTime);
    }

    /// @param clock nanoseconds since whenever
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

    /// A send of datagrams of `bytes` bytes was refused that succeeded piece by piece.
    void refused(int bytes) {
        until = clock.getAsLong() + MEMORY;
        limit = bytes;
    }

    private static final int NO_LIMIT = Integer.MAX_VALUE;
    private static final long MEMORY = 10_000_000_000L; // nanoseconds
}
