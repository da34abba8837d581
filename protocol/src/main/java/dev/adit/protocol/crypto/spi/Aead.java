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

    /// Seals one message: `sealed` is 16 bytes longer than `plain`, and either starts where that
    /// starts or does not overlap it.
    void seal(long counter, MemorySegment additional, MemorySegment plain, MemorySegment sealed);

    /// Opens one message: `plain` is 16 bytes shorter than `sealed`, and either starts where that
    /// starts or does not overlap it. Returns false, with zeros in `plain`, when the tag is wrong.
    boolean open(long counter, MemorySegment additional, MemorySegment sealed, MemorySegment plain);

    /// Switches to the key of `other`; the previous key is erased.
    ///
    /// @param other of the same provider, not closed, and not in use by another thread meanwhile
    void adopt(Aead other);

    /// Erases the key. Idempotent.
    @Override
    void close();

    /// Bytes of the authentication tag.
    int TAG = 16;
}
