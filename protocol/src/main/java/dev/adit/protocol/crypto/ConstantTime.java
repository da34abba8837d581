package dev.adit.protocol.crypto;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Comparisons that take the same time wherever the difference is. Stateless.
public final class ConstantTime {
    /// True when `length` bytes at both offsets are the same.
    public static boolean equal(
            MemorySegment a, long aOffset, MemorySegment b, long bOffset, int length) {
        int difference = 0;
        for (int i = 0; i < length; i++) {
            difference |=
                    a.get(ValueLayout.JAVA_BYTE, aOffset + i)
                            ^ b.get(ValueLayout.JAVA_BYTE, bOffset + i);
        }
        return difference == 0;
    }

    private ConstantTime() {}
}
