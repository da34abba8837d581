package dev.adit.proxy.dns;

import dev.adit.proxy.server.Acceptor;
import dev.adit.proxy.server.ClientTable;
import dev.adit.proxy.server.ListenAddress;
import dev.adit.proxy.stream.Duplex;
import dev.adit.proxy.stream.ProxyStats;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.Arrays;

/// Listens on one address of the host, over UDP and TCP, and passes whole DNS messages on to the
/// name servers in the tunnel, and what they answer back. At most 1,024 queries are outstanding;
/// then the oldest is given up. Thread-safe.
public final class DnsForward implements AutoCloseable {
    private final DnsQueries queries;
    private final ClientTable clients;
    private final Acceptor acceptor;
    private final DatagramSocket socket;

    /// Begins to listen.
    ///
    /// @param at an IP address, with the same port for both
    /// @param clients of TCP count there
    /// @throws IOException when the address cannot be had
    public DnsForward(ListenAddress at, DnsExchange exchange, ClientTable clients)
            throws IOException {
        this(at, exchange, clients, MOST);
    }

    DnsForward(ListenAddress at, DnsExchange exchange, ClientTable clients, int most)
            throws IOException {
        queries = new DnsQueries(exchange, most);
        this.clients = clients;
        acceptor = Acceptor.open(at, this::serve);
        try {
            socket = new DatagramSocket(acceptor.address());
        } catch (IOException e) {
            acceptor.close();
            throw new IOException("cannot listen on " + at.text() + ": " + e.getMessage(), e);
        }
        Thread.ofPlatform().name("adit-proxy-dns").daemon().start(this::receive);
    }

    private void serve(Duplex connection) {
        clients.serveInTime(
                connection,
                renew -> {
                    try {
                        new DnsConnection(connection, queries, renew, clients.stats()).serve();
                    } catch (IOException e) {
                        LOG.log(Level.DEBUG, "{0}: {1}", connection, e.getMessage());
                    }
                });
    }

    private void receive() {
        byte[] buffer = new byte[MOST_BYTES];
        while (!socket.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                byte[] message = Arrays.copyOf(buffer, packet.getLength());
                InetSocketAddress from = (InetSocketAddress) packet.getSocketAddress();
                clients.stats().served(ProxyStats.ClientKind.DNS_UDP);
                queries.pass(message, new DatagramClient(socket, from));
            } catch (IOException e) {
                if (!socket.isClosed()) LOG.log(Level.DEBUG, "DNS over UDP: {0}", e.getMessage());
            }
        }
    }

    /// A client that asked over UDP. Immutable.
    private record DatagramClient(DatagramSocket socket, InetSocketAddress address)
            implements DnsQueries.Client {
        @Override
        public boolean isStream() {
            return false;
        }

        @Override
        public void answer(DnsMessage query, byte[] answer) throws IOException {
            boolean fits = answer.length <= query.mostUdpBytes();
            byte[] sent = fits ? answer : query.truncated(answer);
            socket.send(new DatagramPacket(sent, sent.length, address));
        }

        @Override
        public void abort() {
            // a datagram takes no time
        }

        @Override
        public void done() {
            // nothing is kept for it
        }
    }

    /// Where it listens, with the port that was chosen.
    public InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    /// How many queries are outstanding.
    public int outstanding() {
        return queries.outstanding();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        acceptor.close();
        queries.close();
    }

    private static final int MOST = 1024;
    private static final int MOST_BYTES = 65_535;
    private static final System.Logger LOG = System.getLogger("dev.adit.proxy");
}
