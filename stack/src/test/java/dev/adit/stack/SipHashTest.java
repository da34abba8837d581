package dev.adit.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.stack.hash.SipHash;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// SipHash-2-4 against the vectors of its reference implementation: key 00 01 … 0f, message 00 01
/// ….
class SipHashTest {
    private static final SipHash KEY = new SipHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);

    private static long word(int i) {
        byte[] bytes = new byte[8];
        for (int k = 0; k < 8; k++) bytes[k] = (byte) (8 * i + k);
        return MemorySegment.ofArray(bytes).get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
    }

    @Test
    void hashesAsTheReferenceDoes() {
        assertThat(KEY.hash(word(0), word(1))).isEqualTo(0x3f2acc7f57c29bdbL);
        assertThat(KEY.hash(word(0), word(1), word(2), word(3), word(4), word(5)))
                .isEqualTo(0xe612a3cb9ecba951L);
    }

    @Test
    void printsNoKey() {
        assertThat(KEY.toString()).isEqualTo("SipHash");
    }
}
