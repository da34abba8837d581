package dev.adit.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

class Blake2sTest {
    /// RFC 7693, appendix B.
    @Test
    void hashesTheExampleOfTheRfc() {
        MemorySegment out = MemorySegment.ofArray(new byte[32]);
        Blake2s.hash(out, MemorySegment.ofArray("abc".getBytes(StandardCharsets.US_ASCII)));
        assertThat(HexFormat.of().formatHex(out.toArray(ValueLayout.JAVA_BYTE)))
                .isEqualTo("508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982");
    }
}
