package dev.adit.vector;

import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.AeadBatch;

import java.lang.foreign.MemorySegment;

/// A cipher that does ChaCha20-Poly1305 of several packets at once, in the lanes of vector
/// instructions.
///
/// Slow until the virtual machine has compiled it, which takes a second or more. Thread-safe; each
/// worker belongs to one thread at a time.
interface WideCipher {
    /// The most packets that a worker takes at once.
    int width();

    /// Creates a worker with its memory, for one thread.
    Worker worker();

    /// Seals and opens in the memory of one thread, which holds no secret between calls. The
    /// segments of the work are native. Allocates nothing once it is compiled.
    interface Worker {
        /// Seals packets `from` to `to - 1` of `work` as [Aead#seal] does: at most [#width] of
        /// them, all of the same length. Ignores [AeadBatch#first] and [AeadBatch#count].
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
