package dev.adit.protocol.noise;

import dev.adit.ip.bytes.ByteOrders;

import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.Arrays;

/// A TAI64N timestamp: the time of an initiation in 12 bytes that sort by time (paper §5.4.2).
/// Immutable.
///
/// Nanoseconds are rounded down to 2²⁴ (16.8 ms), so that a timestamp reveals little about the
/// sender's clock.
final class Tai64n implements Comparable<Tai64n> {
    private final byte[] label;

    private Tai64n(byte[] label) {
        this.label = label;
    }

    static Tai64n of(Instant wallClock) {
        MemorySegment label = MemorySegment.ofArray(new byte[LENGTH]);
        label.set(ByteOrders.BE64, 0, EPOCH + wallClock.getEpochSecond());
        label.set(ByteOrders.BE32, 8, wallClock.getNano() & WHITENER);
        return new Tai64n(label.toArray(ByteOrders.U8));
    }

    /// Reads the 12 bytes of `segment`.
    static Tai64n read(MemorySegment segment) {
        return new Tai64n(segment.toArray(ByteOrders.U8));
    }

    MemorySegment toSegment() {
        return MemorySegment.ofArray(label.clone());
    }

    @Override
    public int compareTo(Tai64n other) {
        return Arrays.compareUnsigned(label, other.label);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tai64n that && Arrays.equals(label, that.label);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(label);
    }

    /// A timestamp before that of any clock.
    static final Tai64n NEVER = new Tai64n(new byte[12]);

    static final int LENGTH = 12;

    // 2^62, plus the ten seconds by which TAI was ahead of UTC in 1970; later leap seconds are not
    // counted.
    private static final long EPOCH = 0x400000000000000aL;
    private static final int WHITENER = -1 << 24;
}
