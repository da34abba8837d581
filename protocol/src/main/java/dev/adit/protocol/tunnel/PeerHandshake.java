package dev.adit.protocol.tunnel;

import dev.adit.protocol.cookie.CookieMaker;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.noise.Handshake;
import dev.adit.protocol.noise.StaticIdentity;

/// A peer's handshake, with the cookie that goes with its messages and the index it is addressed
/// by.
///
/// Guarded by its own monitor, so that a Diffie-Hellman computation never stops data: whoever uses
/// a field holds it. Order: handshake, then peer.
final class PeerHandshake {
    private final IndexTable indices;
    final Handshake noise;
    final CookieMaker cookies;
    private StaticIdentity own; // null without a private key
    private IndexEntry waiting;

    PeerHandshake(PublicKey remote, IndexTable indices) {
        this.indices = indices;
        noise = new Handshake(remote);
        cookies = new CookieMaker(remote);
    }

    /// Takes a new identity, or none when it is null, and abandons what is under way.
    synchronized void identity(StaticIdentity identity) {
        forget();
        own = identity;
        noise.identity(identity);
    }

    /// The identity that its secrets were computed with; that of the tunnel may be a newer one
    /// which has yet to be given to this peer. Null when there is none.
    synchronized StaticIdentity own() {
        return own;
    }

    /// A new index for an initiation to `peer`, in place of that of the initiation before.
    synchronized int newIndex(Peer peer) {
        indices.release(waiting);
        waiting = indices.allocate(peer);
        return waiting.index();
    }

    /// The index of the initiation that was answered, which is a session's from now on.
    synchronized IndexEntry takeIndex() {
        IndexEntry taken = waiting;
        waiting = null;
        return taken;
    }

    /// Abandons the handshake under way.
    synchronized void forget() {
        noise.clear();
        indices.release(waiting);
        waiting = null;
    }

    synchronized void presharedKey(PresharedKey key) {
        noise.presharedKey(key);
    }

    synchronized PresharedKey presharedKey() {
        return noise.presharedKey();
    }

    synchronized void erase() {
        forget();
        own = null;
        noise.erase();
        cookies.erase();
    }
}
