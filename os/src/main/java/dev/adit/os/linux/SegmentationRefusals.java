package dev.adit.os.linux;

import dev.adit.ip.address.IpAddress;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;

/// The addresses to which the kernel lately refused to cut datagrams, whatever their size: the path
/// has no checksum offload, or transforms packets. Thread-safe.
///
/// Each is remembered for a while, or until another takes its place; then cutting is tried again.
final class SegmentationRefusals {
    private final LongSupplier clock;
    private final AtomicReferenceArray<Entry> entries = new AtomicReferenceArray<>(SIZE);
    private volatile boolean any;

    private record Entry(IpAddress address, long until) {}

    SegmentationRefusals() {
        this(System::nanoTime);
    }

    /// @param clock nanoseconds from any origin
    SegmentationRefusals(LongSupplier clock) {
        this.clock = clock;
    }

    /// True when datagrams to `address` are to be sent one by one.
    boolean contains(IpAddress address) {
        if (!any) return false;
        Entry entry = entries.get(slot(address));
        return entry != null
                && clock.getAsLong() - entry.until < 0
                && entry.address.equals(address);
    }

    /// Records that datagrams to `address` were refused in one piece but sent one by one.
    void add(IpAddress address) {
        entries.set(slot(address), new Entry(address, clock.getAsLong() + MEMORY));
        any = true;
    }

    private static int slot(IpAddress address) {
        return (int) ((address.high() * MIXER ^ address.low()) * MIXER >>> Long.SIZE - SLOT_BITS);
    }

    /// Time for which an address is remembered.
    static final long MEMORY = 10_000_000_000L; // nanoseconds

    private static final int SLOT_BITS = 8;
    private static final int SIZE = 1 << SLOT_BITS;
    private static final long MIXER = 0x9e3779b97f4a7c15L;
}
