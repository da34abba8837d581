package dev.adit.ip.port;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.packet.PacketBatch;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/// The UDP side of a device: sockets for IPv4 and IPv6 on one port, open from creation until
/// [#close].
///
/// Any number of threads may send; each [Receiver] is read by one; the other methods may be called
/// from anywhere.
public interface Bind extends AutoCloseable {
    /// The port of the sockets.
    int port();

    /// One source for each socket; a host without IPv6 has only the other.
    List<Receiver> receivers();

    /// Sends entries `from` (inclusive) to `to` (exclusive) to one endpoint, in order, from the
    /// endpoint's source address if it has one. Waits while the socket buffer is full.
    ///
    /// @throws SendException when an entry is refused; those before it are sent, those after it are
    ///   not. [SendException#sourceGone] is set when the reason is the source: its address is gone,
    ///   or the routes no longer use it
    void send(PacketBatch packets, int from, int to, Endpoint endpoint) throws SendException;

    /// The sender of entry `i` of a batch filled by a source of this bind, with the local address
    /// it came to as its source. Returns `known` itself when that is equal, so that nothing is
    /// allocated for a peer that stays at its endpoint.
    ///
    /// @param known the endpoint to compare with, or null
    Endpoint endpoint(PacketBatch received, int i, @Nullable Endpoint known);

    /// Sets the firewall mark of packets sent from now on; 0 for none.
    void mark(int fwmark) throws IOException;

    /// The offloads in use now.
    default Set<Offload> offloads() {
        return Set.of();
    }

    /// Closes the sockets and ends every blocked receive. Idempotent.
    @Override
    void close();

    /// One socket's incoming datagrams.
    interface Receiver {
        /// The number of longest datagrams that a batch should have room for: a receive never
        /// brings more.
        int datagrams();

        /// Replaces the content of `into` by the waiting datagrams; waits for one if there are
        /// none.
        ///
        /// A datagram that did not fit appears with [#TRUNCATED] as its length.
        ///
        /// @throws java.nio.channels.ClosedChannelException once the bind is closed
        /// @throws IOException when receiving can never succeed again
        void receive(PacketBatch into) throws IOException;

        /// The length of a datagram that was longer than its buffer.
        int TRUNCATED = -1;
    }
}
