package dev.adit.protocol.crypto.spi;

import java.lang.foreign.MemorySegment;

/// ChaCha20-Poly1305 (RFC 8439) under one key, with WireGuard's nonce: four zero bytes and a
/// little-endian counter.
///
/// Belongs to one thread at a time. The batch forms allocate nothing.
public interface Aead extends AutoCloseable {
    /// Seals every packet of `work` from [AeadBatch#first] on, without additional data. The
    /// ciphertext and its tag, `length + 16` bytes, go to the output range, which is the input
    /// range itself or does not overlap it.
    void seal(AeadBatch work);

    /// Opens every packet of `work` from [AeadBatch#first] on, without additional data. Lengths
    /// include the tag; afterwards they are the plain lengths, or [AeadBatch#REFUSED] where the tag
    /// is wrong, in which case the output range has no defined content.
    void open(AeadBatch work);

    /// Seals one message: `sealed` has 16 bytes more than `plain`, and starts where that does or
    /// does not overlap it.
    void seal(long counter, MemorySegment additional, MemorySegment plain, MemorySegment sealed);

    /// Opens one message: `plain` has 16 bytes fewer than `sealed`, and starts where that does or
    /// does not overlap it. False, with zeros in `plain`, when the tag is wrong.
    boolean open(long counter, MemorySegment additional, MemorySegment sealed, MemorySegment plain);

    /// Works under the key of `other` from now on; the key before is erased.
    ///
    /// @param other of the same provider, not closed, and in no other thread's use meanwhile
    void adopt(Aead other);

    /// Erases the key. Idempotent.
    @Override
    void close();

    /// Bytes of the authentication tag.
    int TAG = 16;
}
