package dev.adit.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.protocol.BouncyCastle;
import dev.adit.protocol.RandomBytes;
import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.random.RandomGenerator;

/// BLAKE2s and what is made of it, HMAC and HKDF, against Bouncy Castle's.
class Blake2sOracleTest {

    @Test
    void hashesAsBouncyCastleDoes() {
        Property.check(
                10_000,
                random -> {
                    byte[][] parts = parts(random);
                    MemorySegment out = zeros(random, 32);
                    Blake2s.hash(out, segments(random, parts));
                    assertThat(bytes(out)).isEqualTo(BouncyCastle.blake2s(32, NO_KEY, parts));
                });
    }

    @Test
    void hashesToAnyLengthAndUnderAnyKeyAsBouncyCastleDoes() {
        Property.check(
                10_000,
                random -> {
                    int length = 1 + random.nextInt(32);
                    byte[] key = RandomBytes.of(random, random.nextInt(33));
                    byte[][] parts = parts(random);
                    Blake2s hash = new Blake2s(length, RandomBytes.segment(random, key));
                    for (MemorySegment part : segments(random, parts)) hash.update(part);
                    MemorySegment out = zeros(random, length);
                    hash.digest(out, 0);
                    assertThat(bytes(out)).isEqualTo(BouncyCastle.blake2s(length, key, parts));
                });
    }

    @Test
    void authenticatesAsBouncyCastleDoes() {
        Property.check(
                10_000,
                random -> {
                    byte[] key = RandomBytes.of(random, 1 + random.nextInt(32));
                    byte[] data = RandomBytes.of(random, RandomBytes.length(random));
                    MemorySegment out = zeros(random, 16);
                    MemorySegment in = RandomBytes.segment(random, data);
                    Blake2s.mac(RandomBytes.segment(random, key), in, 0, data.length, out, 0);
                    assertThat(bytes(out)).isEqualTo(BouncyCastle.blake2s(16, key, data));
                });
    }

    @Test
    void computesHmacAsBouncyCastleDoes() {
        Property.check(
                10_000,
                random -> {
                    byte[] key = RandomBytes.of(random, RandomBytes.length(random, 300));
                    byte[][] parts = parts(random);
                    MemorySegment out = zeros(random, 32);
                    Hkdf.hmac(
                            zeros(random, Blake2s.BLOCK),
                            zeros(random, Blake2s.STATE),
                            out,
                            RandomBytes.segment(random, key),
                            segments(random, parts));
                    assertThat(bytes(out)).isEqualTo(BouncyCastle.hmac(key, parts));
                });
    }

    @Test
    void derivesKeysAsBouncyCastleDoes() {
        Property.check(
                10_000,
                random -> {
                    byte[] salt = RandomBytes.of(random, RandomBytes.length(random, 300));
                    byte[] input = RandomBytes.of(random, RandomBytes.length(random));
                    MemorySegment key = RandomBytes.segment(random, salt);
                    MemorySegment in = RandomBytes.segment(random, input);
                    MemorySegment[] out = new MemorySegment[3];
                    for (int i = 0; i < 3; i++) out[i] = zeros(random, 32);
                    int count = 1 + random.nextInt(3);
                    switch (count) {
                        case 1 -> Hkdf.kdf1(key, in, out[0]);
                        case 2 -> Hkdf.kdf2(key, in, out[0], out[1]);
                        default -> Hkdf.kdf3(key, in, out[0], out[1], out[2]);
                    }
                    byte[][] expected = BouncyCastle.hkdf(salt, input, count);
                    for (int i = 0; i < count; i++) {
                        assertThat(bytes(out[i])).isEqualTo(expected[i]);
                    }
                });
    }

    /// A message in up to four parts.
    private static byte[][] parts(RandomGenerator random) {
        byte[][] parts = new byte[random.nextInt(5)][];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = RandomBytes.of(random, RandomBytes.length(random));
        }
        return parts;
    }

    private static MemorySegment[] segments(RandomGenerator random, byte[][] parts) {
        MemorySegment[] segments = new MemorySegment[parts.length];
        for (int i = 0; i < parts.length; i++) segments[i] = RandomBytes.segment(random, parts[i]);
        return segments;
    }

    private static MemorySegment zeros(RandomGenerator random, int length) {
        return RandomBytes.segment(random, new byte[length]);
    }

    private static byte[] bytes(MemorySegment segment) {
        return segment.toArray(ValueLayout.JAVA_BYTE);
    }

    private static final byte[] NO_KEY = {};
}
