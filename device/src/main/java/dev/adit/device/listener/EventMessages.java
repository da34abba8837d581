package dev.adit.device.listener;

import dev.adit.device.event.DeviceEvent;
import dev.adit.device.event.DeviceEvent.EndpointLookedUp;

/// The log messages, as in the manuals, for events at debug level. Stateless.
public final class EventMessages {
    /// The message for an event that has one of its own at debug level.
    static String of(DeviceEvent event) {
        return switch (event) {
            case DeviceEvent.Closed e -> "Destroyed interface";
            case DeviceEvent.MtuChanged e -> "MTU updated: " + e.mtu();
            case DeviceEvent.RouteMtusChanged e -> "MTUs of routes updated: " + e.mtus();
            case DeviceEvent.PrivateKeyChanged e -> "Updating private key";
            case DeviceEvent.FirewallMarkChanged e -> "Updating fwmark";
            case DeviceEvent.PeersCleared e -> "Removing all peers";
            case DeviceEvent.PeerAdded e ->
                    "Peer %d created: %s".formatted(e.peer().number(), e.peer().publicKey());
            case DeviceEvent.PeerRemoved e -> "Peer %d destroyed".formatted(e.peer().number());
            case EndpointLookedUp e -> "Endpoint of %s: %s".formatted(e.peer(), lookup(e));
            case DeviceEvent.KeepaliveSent e -> "Sending keepalive packet to " + e.peer();
            case DeviceEvent.HandshakeSent e ->
                    "Sending handshake " + name(e.message()) + " to " + e.peer();
            case DeviceEvent.HandshakeReceived e -> received(e);
            case DeviceEvent.HandshakeRetried e ->
                    "Handshake for %s did not complete after 5 seconds, retrying (try %d)"
                            .formatted(e.peer(), e.attempt());
            case DeviceEvent.HandshakeGivenUp e ->
                    "Handshake for %s did not complete after %d retries, giving up"
                            .formatted(e.peer(), e.attempts());
            case DeviceEvent.StoppedHearing e ->
                    "Retrying handshake with %s because we stopped hearing back after %d seconds"
                            .formatted(e.peer(), e.seconds());
            case DeviceEvent.NoAnswer e ->
                    "No answer from %s for %d seconds".formatted(e.peer(), e.seconds());
            case DeviceEvent.KeysErased e ->
                    "Zeroing out keys for %s, since we haven't received a new one in %d seconds"
                            .formatted(e.peer(), e.seconds());
            case DeviceEvent.SessionEstablished e ->
                    "Keypair %s created for %s"
                            .formatted(Integer.toUnsignedString(e.index()), e.peer());
            case DeviceEvent.SourceForgotten e ->
                    "Forgetting the source of " + e.peer() + ": " + e.cause().getMessage();
            default -> event.toString();
        };
    }

    private static String received(DeviceEvent.HandshakeReceived e) {
        String what =
                e.message() == DeviceEvent.HandshakeMessage.COOKIE_REPLY
                        ? "cookie response"
                        : "handshake " + name(e.message());
        return "Receiving " + what + " from " + e.peer();
    }

    private static String name(DeviceEvent.HandshakeMessage message) {
        return message == DeviceEvent.HandshakeMessage.INITIATION ? "initiation" : "response";
    }

    /// What a lookup has found, without the peer.
    public static String lookup(EndpointLookedUp e) {
        if (e.now() == null) return e.name() + ": " + e.failure();
        if (e.before() != null && e.now().sameRemote(e.before())) {
            return e.name() + " is still " + e.now();
        }
        String before = e.before() == null ? "" : ", and was " + e.before();
        return e.name() + " is now " + e.now() + before;
    }

    private EventMessages() {}
}
