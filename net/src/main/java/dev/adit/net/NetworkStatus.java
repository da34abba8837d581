package dev.adit.net;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpPrefix;
import dev.adit.protocol.keys.PublicKey;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// The state of a network at one moment. Immutable.
///
/// @param name of the network
/// @param listenPort the UDP port that peers reach it at, 0 when none is open
/// @param peers in the order of the configuration
/// @param connections that are not over, those in TIME-WAIT left out
/// @param drops packets that were dropped, by reason: of the tunnel and of the stack
/// @param memory bytes that queues of sockets take now
public record NetworkStatus(
        String name,
        int listenPort,
        List<Peer> peers,
        List<Connection> connections,
        Map<String, Long> drops,
        long memory) {
    public NetworkStatus {
        peers = List.copyOf(peers);
        connections = List.copyOf(connections);
        drops = Map.copyOf(drops);
    }

    /// A peer.
    ///
    /// @param endpoint where it was last heard from or is looked for, or null
    /// @param lastHandshake [Instant#EPOCH] for never
    /// @param unanswered initiations in a row that it has not answered
    public record Peer(
            PublicKey publicKey,
            @Nullable Endpoint endpoint,
            List<IpPrefix> allowedIps,
            Instant lastHandshake,
            long receivedBytes,
            long sentBytes,
            int unanswered) {}

    /// A TCP connection, as `ss -ti` shows one of the kernel.
    ///
    /// @param state as RFC 9293 calls it
    /// @param roundTrip smoothed, zero before it is known
    /// @param congestionWindow bytes
    /// @param sendQueue bytes written and not yet acknowledged
    /// @param receiveQueue bytes that can be read
    /// @param retransmissions segments sent again
    public record Connection(
            InetSocketAddress local,
            InetSocketAddress remote,
            String state,
            Duration roundTrip,
            long congestionWindow,
            long sendQueue,
            long receiveQueue,
            long bytesSent,
            long bytesReceived,
            long retransmissions) {}
}
