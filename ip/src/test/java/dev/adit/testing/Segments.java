package dev.adit.testing;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;

/// Bytes of tests: written in hexadecimal, on and off the heap.
public final class Segments {

    /// The bytes that `hex` spells, on the heap.
    public static MemorySegment of(String hex) {
        return MemorySegment.ofArray(HexFormat.of().parseHex(hex));
    }

    /// `length` zeros on the heap.
    public static MemorySegment zeros(long length) {
        return MemorySegment.ofArray(new byte[Math.toIntExact(length)]);
    }

    /// A copy of `bytes` outside the heap.
    public static MemorySegment nativeCopy(MemorySegment bytes) {
        return Arena.ofAuto().allocate(bytes.byteSize()).copyFrom(bytes);
    }

    /// The bytes of `segment` in hexadecimal.
    public static String hex(MemorySegment segment) {
        return HexFormat.of().formatHex(segment.toArray(ValueLayout.JAVA_BYTE));
    }

    private Segments() {}
}
