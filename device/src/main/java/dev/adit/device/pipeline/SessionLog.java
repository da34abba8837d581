package dev.adit.device.pipeline;

import dev.adit.ip.address.Endpoint;
import dev.adit.protocol.tunnel.Actions.PeerEvent;
import dev.adit.protocol.tunnel.Peer;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Logs at info level which peers have a session, and their endpoints: a line when a peer comes,
/// when it moves and when it stops answering, and none when a session replaces another.
/// Thread-safe.
///
/// Its size is bounded by the device's number of peers.
final class SessionLog {
    private final DeviceLog log;

    /// The endpoints of the peers that have a session, by the peers' numbers.
    private final Map<Long, Endpoint> endpoints = new ConcurrentHashMap<>();

    SessionLog(DeviceLog log) {
        this.log = log;
    }

    /// Notes an event of a peer.
    void news(long now, Peer peer, PeerEvent event, int number) {
        switch (event) {
            case SESSION_ESTABLISHED -> established(now, peer, peer.endpoint());
            case STOPPED_HEARING -> lost(now, peer, "does not answer for " + number + " seconds");
            case GAVE_UP -> lost(now, peer, "does not answer " + number + " handshakes");
            case KEYS_ERASED -> lost(now, peer, "has no session any more");
            case RETRYING -> {}
        }
    }

    private void established(long now, Peer peer, Endpoint endpoint) {
        if (endpoint == null) return;
        if (endpoints.containsKey(peer.number())) {
            endpoint(now, peer, endpoint);
            return;
        }
        endpoints.put(peer.number(), endpoint);
        tell(now, "Session with " + describe(peer) + " established, at " + endpoint);
    }

    /// Notes that an authentic packet of a peer came from `endpoint`.
    void endpoint(long now, Peer peer, Endpoint endpoint) {
        Endpoint before = endpoints.replace(peer.number(), endpoint);
        if (before == null || before.sameRemote(endpoint)) return;
        tell(now, "Endpoint of %s moved from %s to %s".formatted(describe(peer), before, endpoint));
    }

    private void lost(long now, Peer peer, String what) {
        if (endpoints.remove(peer.number()) == null) return;
        tell(now, "Lost " + describe(peer) + ", which " + what);
    }

    /// Forgets a peer that is removed.
    void forget(Peer peer) {
        endpoints.remove(peer.number());
    }

    /// Forgets all peers.
    void clear() {
        endpoints.clear();
    }

    private void tell(long now, String message) {
        if (log.mayInform(now)) log.info(message);
    }

    private static String describe(Peer peer) {
        return peer + " (" + peer.publicKey() + ")";
    }
}
