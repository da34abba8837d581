package dev.adit.protocol.crypto;

import static dev.adit.testing.Segments.nativeCopy;
import static dev.adit.testing.Segments.of;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

class ConstantTimeTest {

    @Test
    void comparesOnlyTheGivenRanges() {
        MemorySegment a = of("ff" + "01020304" + "ff");
        MemorySegment b = nativeCopy(of("0000" + "01020304" + "00"));
        assertThat(ConstantTime.equal(a, 1, b, 2, 4)).isTrue();
        assertThat(ConstantTime.equal(a, 0, b, 1, 5)).isFalse();
        assertThat(ConstantTime.equal(a, 1, b, 2, 5)).isFalse();
        assertThat(ConstantTime.equal(a, 0, b, 0, 0)).isTrue();
    }

    @Test
    void seesEveryBit() {
        MemorySegment a = of("00".repeat(16));
        for (int bit = 0; bit < 128; bit++) {
            MemorySegment b = of("00".repeat(16));
            b.set(ValueLayout.JAVA_BYTE, bit / 8, (byte) (1 << bit % 8));
            assertThat(ConstantTime.equal(a, 0, b, 0, 16)).isFalse();
        }
    }
}
