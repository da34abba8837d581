package dev.adit.protocol.session;

import dev.adit.protocol.crypto.CryptoProviders;
import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.AeadBatch;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/// The ciphers of one thread, which take on the key of the session that the thread is working for.
/// So many threads can work for one session at once, and the memory that takes depends on the
/// number of threads, not of sessions.
///
/// Owned by one thread; the monitor is for a session that ends and takes its key back at once.
public final class ThreadCiphers implements AutoCloseable {
    private final Aead sealer = blank();
    private final Aead opener = blank();
    private final Aead blank = blank();

    // Guarded by this: the key that each has, or null for none.
    private @Nullable TransportKey sealing;
    private @Nullable TransportKey opening;

    /// Ciphers without a key.
    public ThreadCiphers() {}

    private static Aead blank() {
        return CryptoProviders.provider().aead(MemorySegment.ofArray(new byte[KEY_LENGTH]));
    }

    /// Returns false, with nothing sealed, when `key` is closed.
    synchronized boolean seal(TransportKey key, AeadBatch work) {
        if (sealing != key) {
            sealing = null;
            if (!key.lend(this, sealer)) return false;
            sealing = key;
        }
        sealer.seal(work);
        return true;
    }

    /// Returns false, with nothing opened, when `key` is closed.
    synchronized boolean open(TransportKey key, AeadBatch work) {
        if (opening != key) {
            opening = null;
            if (!key.lend(this, opener)) return false;
            opening = key;
        }
        opener.open(work);
        return true;
    }

    /// Erases `key`, if it is held here.
    synchronized void forget(TransportKey key) {
        if (sealing == key) {
            sealing = null;
            sealer.adopt(blank);
        }
        if (opening == key) {
            opening = null;
            opener.adopt(blank);
        }
    }

    /// Erases all keys. Afterwards the thread neither seals nor opens.
    @Override
    public synchronized void close() {
        sealing = opening = null;
        sealer.close();
        opener.close();
        blank.close();
    }

    private static final int KEY_LENGTH = 32;
}
