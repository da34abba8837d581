package dev.adit.protocol.session;

import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.AeadBatch;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/// The key of one direction of a session.
///
/// Thread-safe. Threads share the one cipher here, one at a time, or borrow the key for
/// [ThreadCiphers] of their own. Order of the monitors: `ThreadCiphers`, then `TransportKey`.
final class TransportKey {
    private final Aead aead; // guarded by this
    private ThreadCiphers[] borrowers = NONE; // guarded by this; they may hold the key
    private volatile boolean closed; // changed under this

    TransportKey(Aead aead) {
        this.aead = aead;
    }

    /// Seals `work`; returns false, with nothing done, after [#close].
    boolean seal(AeadBatch work, @Nullable ThreadCiphers ciphers) {
        if (ciphers != null) return ciphers.seal(this, work);
        synchronized (this) {
            if (closed) return false;
            aead.seal(work);
            return true;
        }
    }

    /// Opens `work`; returns false, with nothing done, after [#close].
    boolean open(AeadBatch work, @Nullable ThreadCiphers ciphers) {
        if (ciphers != null) return ciphers.open(this, work);
        synchronized (this) {
            if (closed) return false;
            aead.open(work);
            return true;
        }
    }

    /// Gives the key to `context`, which belongs to `borrower`; returns false after [#close].
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

    /// Erases the key, here and wherever it was lent. Idempotent.
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
