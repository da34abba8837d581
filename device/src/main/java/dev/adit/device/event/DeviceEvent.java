package dev.adit.device.event;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.port.Offload;
import dev.adit.ip.port.SendException;
import dev.adit.protocol.keys.PeerIdentity;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/// An event in a device that is rare enough to be reported as an object of its own. Immutable; no
/// event has a secret.
public sealed interface DeviceEvent {
    /// What happens, as the log says it: in the words of the BSDs' manuals where they have them.
    String text();

    // ---- the device and its interface

    /// The device has started.
    ///
    /// @param cryptography the provider of cryptography
    /// @param notes the providers that were found but not used, with the reasons
    /// @param cryptoThreads the number of threads that seal and open for the readers
    /// @param queues the number of queues of the TUN
    record Started(String cryptography, List<String> notes, int cryptoThreads, int queues)
            implements DeviceEvent {
        @Override
        public String text() {
            return "Interface created";
        }
    }

    /// The interface goes up.
    record InterfaceUp() implements DeviceEvent {
        @Override
        public String text() {
            return "Interface up requested";
        }
    }

    /// The interface has gone down: all sessions have ended.
    record InterfaceDown() implements DeviceEvent {
        @Override
        public String text() {
            return "Interface down requested";
        }
    }

    /// The interface was removed, so the device closes itself.
    record InterfaceRemoved() implements DeviceEvent {
        @Override
        public String text() {
            return "Interface removed";
        }
    }

    /// The device has set its interface down, because it has no sockets.
    record InterfaceSetDown() implements DeviceEvent {
        @Override
        public String text() {
            return "Interface set down, because it has no sockets";
        }
    }

    /// The interface has another MTU.
    record MtuChanged(int mtu) implements DeviceEvent {
        @Override
        public String text() {
            return "MTU updated: " + mtu;
        }
    }

    /// Routes into the interface have other MTUs of their own.
    record RouteMtusChanged(List<Integer> mtus) implements DeviceEvent {
        @Override
        public String text() {
            return "MTUs of routes updated: " + mtus;
        }
    }

    /// UDP sockets were opened.
    record SocketsOpened(int port, Set<Offload> tunOffloads, Set<Offload> socketOffloads)
            implements DeviceEvent {
        @Override
        public String text() {
            return "UDP bind has been updated, port " + port;
        }
    }

    /// The interface is up, and no UDP socket could be opened for it.
    record SocketsFailed(String reason) implements DeviceEvent {
        @Override
        public String text() {
            return "Unable to initialize sockets: " + reason;
        }
    }

    /// The time of day has gone back, by a second or more.
    record ClockSetBack(Duration by) implements DeviceEvent {
        @Override
        public String text() {
            return "The clock was set back by "
                    + by.toSeconds()
                    + " s: handshakes go on with timestamps after the last one. A restart"
                    + " within that time would have peers refuse them as replayed";
        }
    }

    /// Something essential has failed, so the device closes itself.
    record Failed(Throwable cause) implements DeviceEvent {
        @Override
        public String text() {
            return "Device failed";
        }
    }

    /// The device is closed; no other event follows.
    record Closed() implements DeviceEvent {
        @Override
        public String text() {
            return "Destroyed interface";
        }
    }

    // ---- configuration

    /// A private key was set or removed.
    record PrivateKeyChanged() implements DeviceEvent {
        @Override
        public String text() {
            return "Updating private key";
        }
    }

    /// The firewall mark was set.
    record FirewallMarkChanged(int mark) implements DeviceEvent {
        @Override
        public String text() {
            return "Updating fwmark";
        }
    }

    /// All peers are being removed; a [PeerRemoved] follows for each.
    record PeersCleared() implements DeviceEvent {
        @Override
        public String text() {
            return "Removing all peers";
        }
    }

    /// A peer was added.
    record PeerAdded(PeerIdentity peer) implements DeviceEvent {
        @Override
        public String text() {
            return "Peer %d created: %s".formatted(peer.number(), peer.publicKey());
        }
    }

    /// A peer was configured, one that was added too: its endpoint, addresses, preshared key or
    /// keepalive may be others now.
    record PeerChanged(PeerIdentity peer) implements DeviceEvent {
        @Override
        public String text() {
            return "Peer %d changed".formatted(peer.number());
        }
    }

    /// A peer was removed. Threads that have packets of it in hand may still report drops.
    record PeerRemoved(PeerIdentity peer) implements DeviceEvent {
        @Override
        public String text() {
            return "Peer %d destroyed".formatted(peer.number());
        }
    }

    /// The name of a peer's endpoint was looked up because the peer is silent, or on demand.
    ///
    /// @param name the name with its port
    /// @param before the peer's endpoint before the lookup, or null
    /// @param now the endpoint that the name leads to, or null when the lookup has failed
    /// @param failure the reason of a failure, else null
    record EndpointLookedUp(
            PeerIdentity peer,
            String name,
            @Nullable Endpoint before,
            @Nullable Endpoint now,
            @Nullable String failure)
            implements DeviceEvent {
        @Override
        public String text() {
            return "Endpoint of %s: %s".formatted(peer, result());
        }

        private String result() {
            if (now == null) return name + ": " + failure;
            if (before != null && now.sameRemote(before)) return name + " is still " + now;
            return name + " is now " + now + (before == null ? "" : ", and was " + before);
        }
    }

    // ---- handshakes and sessions

    /// The kinds of messages of a handshake.
    enum HandshakeMessage {
        INITIATION("handshake initiation"),
        RESPONSE("handshake response"),
        COOKIE_REPLY("cookie response");

        private final String text;

        HandshakeMessage(String text) {
            this.text = text;
        }
    }

    /// A handshake message is sent to a peer; [DeviceListener#dropped] tells if it cannot be.
    record HandshakeSent(PeerIdentity peer, HandshakeMessage message) implements DeviceEvent {
        @Override
        public String text() {
            return "Sending %s to %s".formatted(message.text, peer);
        }
    }

    /// A handshake message of a peer was accepted. After an initiation or a response `from` is the
    /// peer's endpoint. Those that are refused come through [DeviceListener#dropped].
    record HandshakeReceived(PeerIdentity peer, HandshakeMessage message, Endpoint from)
            implements DeviceEvent {
        @Override
        public String text() {
            return "Receiving %s from %s".formatted(message.text, peer);
        }
    }

    /// There was no response to an initiation; the initiation that follows is number `attempt`.
    record HandshakeRetried(PeerIdentity peer, int attempt) implements DeviceEvent {
        @Override
        public String text() {
            return "Handshake for %s did not complete after 5 seconds, retrying (try %d)"
                    .formatted(peer, attempt);
        }
    }

    /// There was no response to any of `attempts` initiations.
    record HandshakeGivenUp(PeerIdentity peer, int attempts) implements DeviceEvent {
        @Override
        public String text() {
            return "Handshake for %s did not complete after %d retries, giving up"
                    .formatted(peer, attempts);
        }
    }

    /// A handshake is complete.
    ///
    /// @param endpoint the peer's endpoint
    /// @param index the session's local index
    record SessionEstablished(PeerIdentity peer, Endpoint endpoint, int index)
            implements DeviceEvent {
        @Override
        public String text() {
            return "Keypair %s created for %s".formatted(Integer.toUnsignedString(index), peer);
        }
    }

    /// Data was sent and nothing came back for so many seconds.
    record StoppedHearing(PeerIdentity peer, int seconds) implements DeviceEvent {
        @Override
        public String text() {
            return "Retrying handshake with %s because we stopped hearing back after %d seconds"
                    .formatted(peer, seconds);
        }
    }

    /// Initiations were sent and nothing came back for so many seconds: told after 10 s and every 5
    /// s from then on.
    record NoAnswer(PeerIdentity peer, int seconds) implements DeviceEvent {
        @Override
        public String text() {
            return "No answer from %s for %d seconds".formatted(peer, seconds);
        }
    }

    /// There was no new session for so many seconds, so all keys were erased.
    record KeysErased(PeerIdentity peer, int seconds) implements DeviceEvent {
        @Override
        public String text() {
            return "Zeroing out keys for %s, since we haven't received a new one in %d seconds"
                    .formatted(peer, seconds);
        }
    }

    /// A keepalive is sent to a peer.
    record KeepaliveSent(PeerIdentity peer) implements DeviceEvent {
        @Override
        public String text() {
            return "Sending keepalive packet to " + peer;
        }
    }

    /// An authentic data packet has come from another endpoint, which is the peer's from now on.
    ///
    /// @param before the endpoint of before, or null
    record EndpointMoved(PeerIdentity peer, @Nullable Endpoint before, Endpoint now)
            implements DeviceEvent {
        @Override
        public String text() {
            return "Endpoint of %s moved from %s to %s".formatted(peer, before, now);
        }
    }

    /// The local address that packets to a peer were sent from is gone; the system chooses one.
    record SourceForgotten(PeerIdentity peer, Endpoint endpoint, SendException cause)
            implements DeviceEvent {
        @Override
        public String text() {
            return "Forgetting the source of " + peer + ": " + cause.getMessage();
        }
    }
}
