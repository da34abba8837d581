package dev.adit.vector;

import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.AeadBatch;

import java.lang.foreign.MemorySegment;

/// ChaCha20-Poly1305 of several packets at once, in the lanes of vector instructions.
///
/// Slow until the virtual machine has compiled it, which takes a second or more. Thread-safe; the
/// workers belong to one thread at a time.
interface WideCipher {
    /// How many packets a worker takes at once, at most.
    int width();

    /// Memory for one thread that seals and opens.
    Worker worker();

    /// Seals and opens in the memory of one thread, which holds nothing secret between calls. The
    /// segments of the work are native. Allocates nothing once it is compiled.
    interface Worker {
        /// Seals packets `from` to `to - 1` of `work` as [Aead#seal] does: at most [#width] of
        /// them, all of the same length, of which [AeadBatch#first] and [AeadBatch#count] say
        /// nothing.
        ///
        /// @param key 32 bytes outside the heap
        void seal(MemorySegment key, AeadBatch work, int from, int to);

        /// Opens packets `from` to `to - 1` of `work` as [Aead#open] does: at most [#width] of
        /// them, all of the same length.
        ///
        /// @param key 32 bytes outside the heap
        void open(MemorySegment key, AeadBatch work, int from, int to);
    }
}
