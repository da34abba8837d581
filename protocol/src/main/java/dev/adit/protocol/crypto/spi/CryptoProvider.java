package dev.adit.protocol.crypto.spi;

import java.lang.foreign.MemorySegment;

/// A supplier of X25519 and ChaCha20-Poly1305.
///
/// Found with [java.util.ServiceLoader], compared with known answers before its first use, and
/// ignored when it disagrees or throws. Thread-safe. Keys come as segments of 32 bytes, on or off
/// the heap.
public interface CryptoProvider {
    /// The name and version that administrators know it by: `libcrypto 3.0.15`.
    String name();

    /// Makes an AEAD with a copy of `key`, to be closed when the key is no longer needed.
    Aead aead(MemorySegment key);

    /// Seals one message under a key that is used only once, as [Aead#seal] does. Keeps nothing of
    /// the key.
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

    /// Opens one message under a key that is used only once, as [Aead#open] does. Keeps nothing of
    /// the key.
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

    /// Computes the public key of `scalar`: X25519 with the base point.
    void x25519Public(MemorySegment scalar, MemorySegment publicKey);

    /// Overwrites what finished computations have left on this thread's stack below the caller's
    /// frame, as far as the supplier can.
    default void eraseStack() {}
}
