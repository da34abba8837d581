package dev.adit.proxy.forward;

import dev.adit.proxy.server.ClientTable;
import dev.adit.proxy.stream.Duplex;
import dev.adit.proxy.stream.Relay;
import dev.adit.proxy.stream.SocketDuplex;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/// Listens in the tunnel and carries the connections of peers to a target on the host's side.
/// Thread-safe.
public final class TunnelListener implements AutoCloseable {
    private final ServerSocket server;
    private final Target target;
    private final boolean tellsPeer;
    private final ClientTable clients;
    private final LongAdder sent = new LongAdder();
    private final LongAdder received = new LongAdder();

    /// Begins to accept.
    ///
    /// @param server listens in the tunnel; closed with this
    /// @param tellsPeer true to begin each connection to the target with a PROXY protocol header
    public TunnelListener(
            ServerSocket server, Target target, boolean tellsPeer, ClientTable clients) {
        this.server = server;
        this.target = target;
        this.tellsPeer = tellsPeer;
        this.clients = clients;
        Thread.ofVirtual().name("adit-proxy-serve").start(this::accept);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket peer = server.accept();
                Thread.ofVirtual().name("adit-proxy-peer").start(() -> serve(peer));
            } catch (IOException e) {
                if (server.isClosed()) return;
                LOG.log(Level.WARNING, "cannot accept in the tunnel: {0}", e.getMessage());
                LockSupport.parkNanos(PAUSE);
            }
        }
    }

    private void serve(Socket peer) {
        Duplex connection;
        byte[] header;
        try {
            connection = new SocketDuplex(peer);
            header = tellsPeer ? header(peer) : new byte[0];
        } catch (IOException gone) {
            return;
        }
        clients.serveAtOnce(connection, () -> carry(connection, header));
    }

    private static byte[] header(Socket peer) {
        return ProxyProtocol.header(
                (InetSocketAddress) peer.getRemoteSocketAddress(),
                (InetSocketAddress) peer.getLocalSocketAddress());
    }

    private void carry(Duplex connection, byte[] header) {
        Duplex there;
        try {
            there = LocalDialer.connect(target);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "{0} -> {1}: {2}", connection, target, e.getMessage());
            connection.abort();
            return;
        }
        try {
            there.output().write(header);
        } catch (IOException gone) {
            connection.abort();
            there.close();
            return;
        }
        Relay.run(connection, there, sent, received);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private static final long PAUSE = 100_000_000L;
    private static final System.Logger LOG = System.getLogger("dev.adit.proxy");
}
