package dev.adit.protocol.tunnel;

import dev.adit.protocol.collection.IndexTable;
import dev.adit.protocol.cookie.MacGenerator;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.noise.Handshake;
import dev.adit.protocol.noise.StaticIdentity;

import org.jspecify.annotations.Nullable;

/// A peer's handshake, with the cookie for its messages and the index that it is addressed by.
///
/// Guarded by its own monitor, so that a Diffie-Hellman computation never delays data: code that
/// uses a field holds it. Order: handshake, then peer.
final class PeerHandshake {
    private final IndexTable<?> indices;
    final Handshake noise;
    final MacGenerator cookies;
    private @Nullable StaticIdentity own; // null when there is no private key
    private boolean waiting; // for a response
    private int index; // of the initiation that waits

    /// @param indices where the index of an initiation is released when it is abandoned
    PeerHandshake(PublicKey remote, IndexTable<?> indices) {
        this.indices = indices;
        noise = new Handshake(remote);
        cookies = new MacGenerator(remote);
    }

    /// Sets the identity, or removes it when null, and abandons the handshake under way.
    synchronized void identity(@Nullable StaticIdentity identity) {
        forget();
        own = identity;
        noise.identity(identity);
    }

    /// The identity that its secrets were computed with, or null; the tunnel may have a newer one
    /// that has yet to be given to this peer.
    synchronized @Nullable StaticIdentity own() {
        return own;
    }

    /// Sets the index of a new initiation, in place of that of the previous one, which is released.
    synchronized void waitAt(int fresh) {
        releaseIndex();
        index = fresh;
        waiting = true;
    }

    /// Hands over the index of the initiation that was answered, which belongs to a session from
    /// now on.
    synchronized int takeIndex() {
        waiting = false;
        return index;
    }

    /// Abandons the handshake under way.
    synchronized void forget() {
        noise.clear();
        releaseIndex();
    }

    private void releaseIndex() {
        if (waiting) indices.release(index);
        waiting = false;
    }

    synchronized void presharedKey(PresharedKey key) {
        noise.presharedKey(key);
    }

    synchronized PresharedKey presharedKey() {
        return noise.presharedKey();
    }

    synchronized boolean hasPresharedKey() {
        return noise.hasPresharedKey();
    }

    synchronized void erase() {
        forget();
        own = null;
        noise.erase();
        cookies.erase();
    }
}
