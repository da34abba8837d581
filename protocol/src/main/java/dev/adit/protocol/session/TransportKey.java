package dev.adit.protocol.session;

import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.AeadBatch;

import java.util.Arrays;

/// The key of one direction of a session.
///
/// Thread-safe. A thread works with the one context here, in turns with others, or lends the key to
/// [ThreadCiphers] of its own. Order of the monitors: contexts, then direction.
final class TransportKey {
    private final Aead aead; // guarded by this
    private ThreadCiphers[] borrowers = NONE; // guarded by this: who may have the key
    private volatile boolean closed; // changed under this

    TransportKey(Aead aead) {
        this.aead = aead;
    }

    /// False, with nothing done, once it is closed.
    boolean seal(AeadBatch work, ThreadCiphers ciphers) {
        if (ciphers != null) return ciphers.seal(this, work);
        synchronized (this) {
            if (closed) return false;
            aead.seal(work);
            return true;
        }
    }

    /// False, with nothing done, once it is closed.
    boolean open(AeadBatch work, ThreadCiphers ciphers) {
        if (ciphers != null) return ciphers.open(this, work);
        synchronized (this) {
            if (closed) return false;
            aead.open(work);
            return true;
        }
    }

    /// Gives the key to `context`, which is one of `borrower`; false once it is closed.
    synchronized boolean lend(ThreadCiphers borrower, Aead context) {
        if (closed) return false;
        context.adopt(aead);
        for (ThreadCiphers known : borrowers) {
            if (known == borrower) return true;
        }
        borrowers = Arrays.copyOf(borrowers, borrowers.length + 1);
        borrowers[borrowers.length - 1] = borrower;
        return true;
    }

    boolean isClosed() {
        return closed;
    }

    /// Erases the key, here and wherever it was lent to. Idempotent.
    void close() {
        ThreadCiphers[] holders;
        synchronized (this) {
            if (closed) return;
            closed = true;
            aead.close();
            holders = borrowers;
            borrowers = NONE;
        }
        for (ThreadCiphers holder : holders) holder.forget(this);
    }

    private static final ThreadCiphers[] NONE = {};
}
