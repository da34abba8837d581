package dev.adit.protocol.tunnel;

import dev.adit.ip.address.Endpoint;

import org.jspecify.annotations.Nullable;

/// Moves a silent peer to another endpoint. Stateless; thread-safe.
public final class Relocation {
    /// Moves `peer` from `from` to `to`: packets go there from now on, and a handshake is started
    /// to find out whether it answers. Returns false, with nothing changed, when its endpoint has
    /// changed in the meantime.
    ///
    /// @param from the endpoint that is to be replaced, or null for none; its local source does not
    ///   matter
    public static boolean move(
            long now, Peer peer, @Nullable Endpoint from, Endpoint to, Actions actions) {
        synchronized (peer) { // so that it does not roam in between
            Endpoint at = peer.endpoint();
            if (from == null ? at != null : at == null || !at.sameRemote(from)) return false;
            peer.endpoint(to);
            if (!peer.isRunning()) return true;
            peer.needsSession(now, actions);
            actions.keepalive(peer); // so soon after an initiation, only a session helps at once
            return true;
        }
    }

    private Relocation() {}
}
