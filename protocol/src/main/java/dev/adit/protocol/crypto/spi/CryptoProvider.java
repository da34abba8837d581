package dev.adit.protocol.crypto.spi;

import java.lang.foreign.MemorySegment;

/// A supplier of X25519 and ChaCha20-Poly1305.
///
/// Found with [java.util.ServiceLoader], compared with known answers before its first use, and
/// ignored when it disagrees or throws. Thread-safe. Keys come as segments of 32 bytes, on or off
/// the heap.
public interface CryptoProvider {
    /// What an administrator knows it by, with its version: `libcrypto 3.0.15`.
    String name();

    /// An AEAD under a copy of `key`, to be closed when the key is no longer needed.
    Aead aead(MemorySegment key);

    /// Seals one message under a key that is used for no other, as [Aead#seal] does. Nothing of the
    /// key is kept.
    default void seal(
            MemorySegment key,
            long counter,
            MemorySegment additional,
            MemorySegment plain,
            MemorySegment sealed) {
        try (Aead aead = aead(key)) {
            aead.seal(counter, additional, plain, sealed);
        }
    }

    /// Opens one message under a key that is used for no other, as [Aead#open] does. Nothing of the
    /// key is kept.
    default boolean open(
            MemorySegment key,
            long counter,
            MemorySegment additional,
            MemorySegment sealed,
            MemorySegment plain) {
        try (Aead aead = aead(key)) {
            return aead.open(counter, additional, sealed, plain);
        }
    }

    /// X25519 (RFC 7748 §5): `shared` = `scalar` × `point`. The scalar is clamped by this method.
    ///
    /// @return false, with zeros in `shared`, when the point is of small order (all-zero result)
    boolean x25519(MemorySegment scalar, MemorySegment point, MemorySegment shared);

    /// The public key of `scalar`: X25519 with the base point.
    void x25519Public(MemorySegment scalar, MemorySegment publicKey);
}
