package dev.adit.protocol.crypto;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Compares bytes in a time that does not depend on where they differ. Stateless.
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
