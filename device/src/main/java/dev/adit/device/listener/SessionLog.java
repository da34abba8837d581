package dev.adit.device.listener;

import dev.adit.device.event.DeviceEvent;
import dev.adit.device.event.DeviceEvent.EndpointMoved;
import dev.adit.device.event.DeviceEvent.HandshakeGivenUp;
import dev.adit.device.event.DeviceEvent.InterfaceDown;
import dev.adit.device.event.DeviceEvent.KeysErased;
import dev.adit.device.event.DeviceEvent.PeerRemoved;
import dev.adit.device.event.DeviceEvent.SessionEstablished;
import dev.adit.device.event.DeviceEvent.StoppedHearing;
import dev.adit.device.listener.LogLimits.Subject;
import dev.adit.ip.address.Endpoint;
import dev.adit.protocol.keys.PeerIdentity;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Logs at info level which peers have a session, and their endpoints: a line when a peer comes,
/// when it moves and when it stops answering, and none when a session replaces another.
/// Thread-safe.
///
/// Its size is bounded by the device's number of peers.
final class SessionLog {
    private final LogWriter log;
    private final LogLimits limits;

    /// The endpoints of the peers that have a session, by the peers' numbers.
    private final Map<Long, Endpoint> endpoints = new ConcurrentHashMap<>();

    SessionLog(LogWriter log, LogLimits limits) {
        this.log = log;
        this.limits = limits;
    }

    /// Notes an event.
    void note(DeviceEvent event) {
        if (event instanceof PeerRemoved e) endpoints.remove(e.peer().number());
        else if (event instanceof InterfaceDown) endpoints.clear();
        else if (log.isInforming()) follow(event);
    }

    private void follow(DeviceEvent event) {
        if (event instanceof SessionEstablished e) established(e.peer(), e.endpoint());
        else if (event instanceof EndpointMoved e) endpoint(e.peer(), e.now());
        else if (event instanceof StoppedHearing e) lost(e.peer(), silent(e));
        else if (event instanceof HandshakeGivenUp e) lost(e.peer(), givenUp(e));
        else if (event instanceof KeysErased e) lost(e.peer(), "has no session any more");
    }

    private static String silent(StoppedHearing e) {
        return "does not answer for " + e.seconds() + " seconds";
    }

    private static String givenUp(HandshakeGivenUp e) {
        return "does not answer " + e.attempts() + " handshakes";
    }

    private void established(PeerIdentity peer, Endpoint endpoint) {
        if (endpoints.containsKey(peer.number())) {
            endpoint(peer, endpoint);
            return;
        }
        endpoints.put(peer.number(), endpoint);
        tell("Session with " + describe(peer) + " established, at " + endpoint);
    }

    private void endpoint(PeerIdentity peer, Endpoint endpoint) {
        Endpoint before = endpoints.replace(peer.number(), endpoint);
        if (before == null || before.sameRemote(endpoint)) return;
        tell("Endpoint of %s moved from %s to %s".formatted(describe(peer), before, endpoint));
    }

    private void lost(PeerIdentity peer, String what) {
        if (endpoints.remove(peer.number()) == null) return;
        tell("Lost " + describe(peer) + ", which " + what);
    }

    private void tell(String message) {
        if (limits.take(Subject.INFORMATION)) log.info(message);
    }

    private static String describe(PeerIdentity peer) {
        return peer + " (" + peer.publicKey() + ")";
    }
}
