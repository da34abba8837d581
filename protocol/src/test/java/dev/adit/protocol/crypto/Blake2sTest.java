package dev.adit.protocol.crypto;

import static dev.adit.testing.Segments.hex;
import static dev.adit.testing.Segments.nativeCopy;
import static dev.adit.testing.Segments.of;
import static dev.adit.testing.Segments.zeros;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;

import dev.adit.protocol.Vectors;
import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

class Blake2sTest {

    /// RFC 7693, appendix B.
    @Test
    void hashesTheExampleOfTheRfc() {
        MemorySegment out = zeros(32);
        Blake2s.hash(out, MemorySegment.ofArray("abc".getBytes(StandardCharsets.US_ASCII)));
        assertThat(hex(out))
                .isEqualTo("508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982");
    }

    /// RFC 7693, appendix E: every digest length, with and without a key, around the block size.
    @Test
    void passesTheSelfTestOfTheRfc() {
        Blake2s all = new Blake2s(32);
        for (int digest : new int[] {16, 20, 28, 32}) {
            for (int length : new int[] {0, 3, 64, 65, 255, 1024}) {
                MemorySegment out = zeros(digest);
                new Blake2s(digest).update(sequence(length, length)).digest(out, 0);
                all.update(out);
                new Blake2s(digest, sequence(digest, digest))
                        .update(sequence(length, length))
                        .digest(out, 0);
                all.update(out);
            }
        }
        MemorySegment out = zeros(32);
        all.digest(out, 0);
        assertThat(hex(out))
                .isEqualTo("6a411f08ce25adcdfb02aba641451cec53c598b24f4fc787fbdc88797f4c1dfe");
    }

    @Test
    void hashesThePublishedVectors() throws IOException {
        int run = 0;
        for (JsonNode test : Vectors.json("blake2s/blake2s-kat.json")) {
            MemorySegment key = of(test.get("key").asText());
            MemorySegment out = zeros(32);
            new Blake2s(32, key).update(of(test.get("in").asText())).digest(out, 0);
            assertThat(hex(out)).isEqualTo(test.get("out").asText());
            run++;
        }
        assertThat(run).isEqualTo(512);
    }

    @Test
    void authenticatesThePublishedVectors() throws IOException {
        int run = 0;
        for (JsonNode test : Vectors.json("blake2s/blake2s-128-keyed.json").get("vectors")) {
            MemorySegment in = of("eeeeee" + test.get("in").asText() + "ee");
            MemorySegment out = zeros(18);
            Blake2s.mac(of(test.get("key").asText()), in, 3, in.byteSize() - 4, out, 1);
            assertThat(hex(out)).isEqualTo("00" + test.get("out").asText() + "00");
            run++;
        }
        assertThat(run).isPositive();
    }

    @Test
    void doesNotDependOnHowTheMessageIsCut() {
        Property.check(
                200,
                random -> {
                    byte[] message = new byte[random.nextInt(400)];
                    random.nextBytes(message);
                    MemorySegment heap = MemorySegment.ofArray(message);
                    MemorySegment whole = zeros(32), cut = zeros(32);
                    Blake2s.hash(whole, heap);
                    Blake2s hash = new Blake2s(32);
                    MemorySegment off = nativeCopy(heap);
                    for (int at = 0; at < message.length; ) {
                        int bytes = random.nextInt(message.length - at + 1);
                        hash.update(random.nextBoolean() ? heap : off, at, bytes);
                        at += bytes;
                    }
                    hash.digest(cut, 0);
                    assertThat(hex(cut)).isEqualTo(hex(whole));
                });
    }

    @Test
    void writesItsHashOverItsInput() {
        MemorySegment expected = zeros(32);
        MemorySegment inOut = of("01".repeat(32));
        Blake2s.hash(expected, of("01".repeat(32)), of("02"));
        Blake2s.hash(inOut, inOut, of("02"));
        assertThat(hex(inOut)).isEqualTo(hex(expected));
    }

    @Test
    void erasesItsStateWithTheDigest() {
        MemorySegment state = nativeCopy(zeros(Blake2s.STATE));
        Blake2s hash = new Blake2s(32, of("42".repeat(32)), state).update(of("11".repeat(100)));
        hash.digest(zeros(32), 0);
        assertThat(state.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
        assertThatThrownBy(() -> hash.update(zeros(1))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> hash.digest(zeros(32), 0))
                .isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 33})
    void refusesDigestLengthsThatDoNotExist(int length) {
        assertThatThrownBy(() -> new Blake2s(length)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesKeysThatAreTooLong() {
        assertThatThrownBy(() -> new Blake2s(32, zeros(33)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /// The generator of RFC 7693, appendix E.
    private static MemorySegment sequence(int length, int seed) {
        byte[] out = new byte[length];
        int a = 0xDEAD4BAD * seed;
        int b = 1;
        for (int i = 0; i < length; i++) {
            int t = a + b;
            a = b;
            b = t;
            out[i] = (byte) (t >>> 24);
        }
        return MemorySegment.ofArray(out);
    }
}
