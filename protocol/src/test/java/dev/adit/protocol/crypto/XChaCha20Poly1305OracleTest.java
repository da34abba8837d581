package dev.adit.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.protocol.BouncyCastle;
import dev.adit.protocol.RandomBytes;
import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// XChaCha20-Poly1305, and HChaCha20 in it, against Bouncy Castle's.
class XChaCha20Poly1305OracleTest {

    @Test
    void derivesSubkeysAsBouncyCastleDoes() {
        Property.check(
                10_000,
                random -> {
                    byte[] key = RandomBytes.of(random, 32), nonce = RandomBytes.of(random, 16);
                    MemorySegment out = RandomBytes.segment(random, new byte[32]);
                    HChaCha20.derive(
                            RandomBytes.segment(random, key),
                            RandomBytes.segment(random, nonce),
                            out);
                    assertThat(bytes(out)).isEqualTo(BouncyCastle.hchacha20(key, nonce));
                });
    }

    @Test
    void sealsAndOpensAsBouncyCastleDoes() {
        Property.check(
                10_000,
                random -> {
                    byte[] key = RandomBytes.of(random, 32), nonce = RandomBytes.of(random, 24);
                    byte[] additional = RandomBytes.of(random, RandomBytes.length(random, 128));
                    byte[] plain = RandomBytes.of(random, RandomBytes.length(random));
                    MemorySegment k = RandomBytes.segment(random, key);
                    MemorySegment n = RandomBytes.segment(random, nonce);
                    MemorySegment a = RandomBytes.segment(random, additional);
                    MemorySegment in = RandomBytes.segment(random, plain);
                    MemorySegment out = RandomBytes.segment(random, new byte[plain.length + 16]);
                    XChaCha20Poly1305.seal(CRYPTO, k, n, a, in, out);
                    assertThat(bytes(out))
                            .isEqualTo(BouncyCastle.xseal(key, nonce, additional, plain));
                    in.fill((byte) 0x55);
                    assertThat(XChaCha20Poly1305.open(CRYPTO, k, n, a, out, in)).isTrue();
                    assertThat(bytes(in)).isEqualTo(plain);

                    byte[] forged = bytes(out);
                    forged[random.nextInt(forged.length)] ^= (byte) (1 << random.nextInt(8));
                    assertThat(BouncyCastle.xopen(key, nonce, additional, forged)).isEmpty();
                    out.copyFrom(MemorySegment.ofArray(forged));
                    assertThat(XChaCha20Poly1305.open(CRYPTO, k, n, a, out, in)).isFalse();
                    assertThat(bytes(in)).isEqualTo(new byte[plain.length]);
                });
    }

    private static byte[] bytes(MemorySegment segment) {
        return segment.toArray(ValueLayout.JAVA_BYTE);
    }

    private static final JdkCrypto CRYPTO = new JdkCrypto();
}
