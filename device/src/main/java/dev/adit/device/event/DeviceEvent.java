package dev.adit.device.event;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.port.Offload;
import dev.adit.ip.port.SendException;
import dev.adit.protocol.keys.PeerIdentity;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/// An event that is rare enough to be an object. Immutable; no event has a secret.
public sealed interface DeviceEvent {

    // ---- the device and its interface

    /// The device has started.
    ///
    /// @param cryptography the provider of cryptography
    /// @param notes the providers that were found but not used, with the reasons
    /// @param cryptoThreads the number of threads that seal and open for the readers
    /// @param queues the number of queues of the TUN
    record Started(String cryptography, List<String> notes, int cryptoThreads, int queues)
            implements DeviceEvent {}

    /// The interface goes up.
    record InterfaceUp() implements DeviceEvent {}

    /// The interface goes down: all sessions end.
    record InterfaceDown() implements DeviceEvent {}

    /// The interface was removed, so the device closes itself.
    record InterfaceRemoved() implements DeviceEvent {}

    /// The device has set its interface down, because it has no sockets.
    record InterfaceSetDown() implements DeviceEvent {}

    /// The interface has another MTU.
    record MtuChanged(int mtu) implements DeviceEvent {}

    /// Routes into the interface have other MTUs of their own.
    record RouteMtusChanged(List<Integer> mtus) implements DeviceEvent {}

    /// UDP sockets were opened.
    record SocketsOpened(int port, Set<Offload> tunOffloads, Set<Offload> socketOffloads)
            implements DeviceEvent {}

    /// The interface is up, and no UDP socket could be opened for it.
    record SocketsFailed(String reason) implements DeviceEvent {}

    /// The time of day has gone back.
    record ClockSetBack(Duration by) implements DeviceEvent {}

    /// Something essential has failed, so the device closes itself.
    record Failed(Throwable cause) implements DeviceEvent {}

    /// The device is closed; no other event follows.
    record Closed() implements DeviceEvent {}

    // ---- configuration

    /// A private key was set or removed.
    record PrivateKeyChanged() implements DeviceEvent {}

    /// The firewall mark was set.
    record FirewallMarkChanged(int mark) implements DeviceEvent {}

    /// All peers are being removed; a [PeerRemoved] follows for each.
    record PeersCleared() implements DeviceEvent {}

    /// A peer was added.
    record PeerAdded(PeerIdentity peer) implements DeviceEvent {}

    /// A peer was removed. Threads that have packets of it in hand may still report drops.
    record PeerRemoved(PeerIdentity peer) implements DeviceEvent {}

    /// The name of a peer's endpoint was looked up because the peer is silent, or on demand.
    ///
    /// @param name the name with its port
    /// @param before the peer's endpoint before the lookup, or null
    /// @param now the endpoint that the name leads to, or null when the lookup has failed
    /// @param failure the reason of a failure, else null
    record EndpointLookedUp(
            PeerIdentity peer, String name, Endpoint before, Endpoint now, String failure)
            implements DeviceEvent {}

    // ---- handshakes and sessions

    /// The kinds of messages of a handshake.
    enum HandshakeMessage {
        INITIATION,
        RESPONSE,
        COOKIE_REPLY
    }

    /// A handshake message is sent to a peer; [DeviceListener#dropped] tells if it cannot be.
    record HandshakeSent(PeerIdentity peer, HandshakeMessage message) implements DeviceEvent {}

    /// A handshake message of a peer was accepted. After an initiation or a response `from` is the
    /// peer's endpoint. Those that are refused come through [DeviceListener#dropped].
    record HandshakeReceived(PeerIdentity peer, HandshakeMessage message, Endpoint from)
            implements DeviceEvent {}

    /// There was no response to an initiation; the initiation that follows is number `attempt`.
    record HandshakeRetried(PeerIdentity peer, int attempt) implements DeviceEvent {}

    /// There was no response to any of `attempts` initiations.
    record HandshakeGivenUp(PeerIdentity peer, int attempts) implements DeviceEvent {}

    /// A handshake is complete.
    ///
    /// @param endpoint the peer's endpoint
    /// @param index the session's local index
    record SessionEstablished(PeerIdentity peer, Endpoint endpoint, int index)
            implements DeviceEvent {}

    /// Data was sent and nothing came back for so many seconds.
    record StoppedHearing(PeerIdentity peer, int seconds) implements DeviceEvent {}

    /// Initiations were sent and nothing came back for so many seconds: told after 10 s and every 5
    /// s from then on.
    record NoAnswer(PeerIdentity peer, int seconds) implements DeviceEvent {}

    /// There was no new session for so many seconds, so all keys were erased.
    record KeysErased(PeerIdentity peer, int seconds) implements DeviceEvent {}

    /// A keepalive is sent to a peer.
    record KeepaliveSent(PeerIdentity peer) implements DeviceEvent {}

    /// An authentic data packet has come from another endpoint, which is the peer's from now on.
    ///
    /// @param before the endpoint of before, or null
    record EndpointMoved(PeerIdentity peer, Endpoint before, Endpoint now) implements DeviceEvent {}

    /// The local address that packets to a peer were sent from is gone; the system chooses one.
    record SourceForgotten(PeerIdentity peer, Endpoint endpoint, SendException cause)
            implements DeviceEvent {}
}
