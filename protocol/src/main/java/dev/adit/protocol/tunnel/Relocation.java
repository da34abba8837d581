package dev.adit.protocol.tunnel;

import dev.adit.ip.address.Endpoint;

/// A peer may be found elsewhere than where it does not answer. Stateless; thread-safe.
public final class Relocation {
    /// `peer` may have gone from `from` to `to`: packets go there from now on, and a handshake is
    /// to show whether it answers. False, and nothing happens, when its endpoint is another by now.
    ///
    /// @param from what the endpoint was, or null for none; its local source does not matter
    public static boolean move(long now, Peer peer, Endpoint from, Endpoint to, Actions actions) {
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
