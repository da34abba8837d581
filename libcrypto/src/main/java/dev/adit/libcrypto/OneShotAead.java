package dev.adit.libcrypto;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// ChaCha20-Poly1305 for single messages, each under a key of its own. One cipher context and one
/// buffer serve all of them, since making and freeing these takes longer than a short message.
///
/// Confined to one thread. Between messages the key is all zeros.
final class OneShotAead {
    private final LibCryptoAead aead;
    private final MemorySegment memory = Arena.ofAuto().allocate(ROOM);

    /// @param aead an AEAD with a zero key, which belongs to this object
    OneShotAead(LibCryptoAead aead) {
        this.aead = aead;
    }

    void seal(
            MemorySegment key,
            long counter,
            MemorySegment additional,
            MemorySegment plain,
            MemorySegment sealed) {
        boolean fits = additional.byteSize() + plain.byteSize() + LibCryptoAead.TAG <= ROOM;
        try {
            aead.adopt(key);
            if (fits) aead.seal(counter, additional, plain, sealed, memory);
            else aead.seal(counter, additional, plain, sealed);
        } finally {
            forget();
        }
    }

    boolean open(
            MemorySegment key,
            long counter,
            MemorySegment additional,
            MemorySegment sealed,
            MemorySegment plain) {
        boolean fits = additional.byteSize() + sealed.byteSize() <= ROOM;
        try {
            aead.adopt(key);
            return fits
                    ? aead.open(counter, additional, sealed, plain, memory)
                    : aead.open(counter, additional, sealed, plain);
        } finally {
            forget();
        }
    }

    private void forget() {
        aead.adopt(ZEROS);
        StackEraser.erase(StackEraser.CIPHER);
    }

    /// Enough for the messages of a handshake.
    private static final int ROOM = 128;

    static final MemorySegment ZEROS = MemorySegment.ofArray(new byte[32]).asReadOnly();
}
