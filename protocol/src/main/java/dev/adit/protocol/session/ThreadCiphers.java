package dev.adit.protocol.session;

import dev.adit.protocol.crypto.Crypto;
import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.AeadBatch;

import java.lang.foreign.MemorySegment;

/// The cipher contexts of one thread, which take on the key of whichever session it works for. So
/// many threads can work for one session at once, and what that costs in memory is for each thread
/// and not for each session.
///
/// A thread's own; the monitor is for a session that ends: it takes its key back at once.
public final class ThreadCiphers implements AutoCloseable {
    private final Aead sealer = blank();
    private final Aead opener = blank();
    private final Aead blank = blank();

    // Guarded by this: whose keys they have, or null for none.
    private TransportKey sealing;
    private TransportKey opening;

    /// Contexts without a key.
    public ThreadCiphers() {}

    private static Aead blank() {
        return Crypto.provider().aead(MemorySegment.ofArray(new byte[KEY_LENGTH]));
    }

    /// False, with nothing sealed, when `direction` is closed.
    synchronized boolean seal(TransportKey direction, AeadBatch work) {
        if (sealing != direction) {
            sealing = null;
            if (!direction.lend(this, sealer)) return false;
            sealing = direction;
        }
        sealer.seal(work);
        return true;
    }

    /// False, with nothing opened, when `direction` is closed.
    synchronized boolean open(TransportKey direction, AeadBatch work) {
        if (opening != direction) {
            opening = null;
            if (!direction.lend(this, opener)) return false;
            opening = direction;
        }
        opener.open(work);
        return true;
    }

    /// Erases the key of `direction`, if it is here.
    synchronized void forget(TransportKey direction) {
        if (sealing == direction) {
            sealing = null;
            sealer.adopt(blank);
        }
        if (opening == direction) {
            opening = null;
            opener.adopt(blank);
        }
    }

    /// Erases all keys. The thread seals and opens no more.
    @Override
    public synchronized void close() {
        sealing = opening = null;
        sealer.close();
        opener.close();
        blank.close();
    }

    private static final int KEY_LENGTH = 32;
}
