package dev.adit.ip.header;

import dev.adit.ip.bytes.ByteOrders;

import java.lang.foreign.MemorySegment;

/// The Internet checksum (RFC 1071). Stateless.
public final class Checksum {
    /// Computes the checksum of `length` bytes at `offset`, as it is put into a header whose
    /// checksum field was zero.
    ///
    /// @param initial a sum to start from, such as that of a pseudo header
    public static int of(MemorySegment slab, long offset, int length, long initial) {
        return ~fold(sum(slab, offset, length, initial)) & 0xffff;
    }

    /// Sums `length` bytes as 16-bit words, an odd last byte padded with zero; more may be added
    /// before the sum is folded.
    ///
    /// @param initial a sum to start from, less than 2^62
    public static long sum(MemorySegment slab, long offset, int length, long initial) {
        // The sum of the bytes in the other order is the sum in the other order (RFC 1071 §2 B).
        // One long at a time, with an int as the loop counter, so that the compiler vectorises the
        // loop.
        long sum = 0;
        int longs = length >> 3;
        for (int n = 0; n < longs; n++) {
            long eight = slab.get(ByteOrders.LE64, offset + 8L * n);
            sum += (eight & LOW) + (eight >>> 32);
        }
        int i = longs << 3;
        if (i <= length - 4) {
            sum += slab.get(ByteOrders.LE32, offset + i) & LOW;
            i += 4;
        }
        if (i <= length - 2) {
            sum += Short.reverseBytes(slab.get(ByteOrders.BE16, offset + i)) & 0xffff;
            i += 2;
        }
        if (i < length) sum += slab.get(ByteOrders.U8, offset + i) & 0xff;
        return initial + (Short.reverseBytes((short) fold(sum)) & 0xffff);
    }

    /// Folds a sum to 16 bits, for the field of a header whose checksum is completed elsewhere.
    public static int fold(long sum) {
        long folded = sum;
        while (folded >>> 16 != 0) folded = (folded & 0xffff) + (folded >>> 16);
        return (int) folded;
    }

    private static final long LOW = 0xffffffffL;

    private Checksum() {}
}
