package dev.adit.protocol.crypto;

import dev.adit.protocol.crypto.spi.CryptoProvider;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03 §2): a 24-byte nonce, so that it can be random.
/// Stateless.
///
/// HChaCha20 derives a key from the first 16 bytes of the nonce. The nonce of the inner
/// ChaCha20-Poly1305 is four zero bytes and the rest, which is the form that a [CryptoProvider]
/// takes.
public final class XChaCha20Poly1305 {
    /// Seals `plain`; `sealed` has 16 bytes more.
    public static void seal(
            CryptoProvider crypto,
            MemorySegment key,
            MemorySegment nonce,
            MemorySegment additional,
            MemorySegment plain,
            MemorySegment sealed) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment subkey = arena.allocate(KEY);
            try {
                HChaCha20.derive(key, nonce, subkey);
                crypto.seal(subkey, nonce.get(LE64, HCHACHA_NONCE), additional, plain, sealed);
            } finally {
                subkey.fill((byte) 0);
            }
        }
    }

    /// Opens `sealed`; `plain` has 16 bytes fewer. Returns false, with zeros in `plain`, when the
    /// tag is wrong.
    public static boolean open(
            CryptoProvider crypto,
            MemorySegment key,
            MemorySegment nonce,
            MemorySegment additional,
            MemorySegment sealed,
            MemorySegment plain) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment subkey = arena.allocate(KEY);
            try {
                HChaCha20.derive(key, nonce, subkey);
                long counter = nonce.get(LE64, HCHACHA_NONCE);
                return crypto.open(subkey, counter, additional, sealed, plain);
            } finally {
                subkey.fill((byte) 0);
            }
        }
    }

    /// Bytes of a nonce.
    public static final int NONCE = 24;

    private static final int KEY = 32;
    private static final int HCHACHA_NONCE = 16;

    private static final ValueLayout.OfLong LE64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private XChaCha20Poly1305() {}
}
