package dev.adit.protocol.wire;

import java.lang.foreign.MemorySegment;

/// The Internet checksum (RFC 1071). Stateless.
public final class Checksum {
    /// The checksum of `length` bytes at `offset`, as it is put into a header of which the field
    /// was zero.
    ///
    /// @param initial a sum to start from, such as that of a pseudo header
    public static int of(MemorySegment slab, long offset, int length, long initial) {
        long sum = sum(slab, offset, length, initial);
        while (sum >>> 16 != 0) sum = (sum & 0xffff) + (sum >>> 16);
        return (int) ~sum & 0xffff;
    }

    /// The unfolded sum of `length` bytes as 16-bit words, an odd last byte padded with zero.
    public static long sum(MemorySegment slab, long offset, int length, long initial) {
        long sum = initial;
        int i = 0;
        for (; i + 4 <= length; i += 4) sum += slab.get(Bytes.BE32, offset + i) & 0xffffffffL;
        if (i + 2 <= length) {
            sum += slab.get(Bytes.BE16, offset + i) & 0xffff;
            i += 2;
        }
        if (i < length) sum += (slab.get(Bytes.U8, offset + i) & 0xff) << 8;
        return sum;
    }

    private Checksum() {}
}
