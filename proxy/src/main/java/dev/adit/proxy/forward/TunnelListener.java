package dev.adit.proxy.forward;

import dev.adit.proxy.server.ConnectionHandler;
import dev.adit.proxy.stream.SocketDuplex;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.locks.LockSupport;

/// Listens in the tunnel and passes each connection of a peer to a handler, in a virtual thread of
/// its own. Thread-safe.
public final class TunnelListener implements AutoCloseable {
    private final ServerSocket server;
    private final ConnectionHandler handler;

    /// Begins to accept.
    ///
    /// @param server listens in the tunnel; closed with this
    public TunnelListener(ServerSocket server, ConnectionHandler handler) {
        this.server = server;
        this.handler = handler;
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
        SocketDuplex connection;
        try {
            connection = new SocketDuplex(peer);
        } catch (IOException gone) {
            return;
        }
        handler.serve(connection);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private static final long PAUSE = 100_000_000L;
    private static final System.Logger LOG = System.getLogger("dev.adit.proxy");
}
