package dev.adit.proxy.forward;

import dev.adit.proxy.server.ClientTable;
import dev.adit.proxy.server.ConnectionHandler;
import dev.adit.proxy.stream.Duplex;
import dev.adit.proxy.stream.ProxyStats;
import dev.adit.proxy.stream.Relay;

import java.io.IOException;
import java.lang.System.Logger.Level;

/// Carries every connection to one target, whose name is looked up for each. Thread-safe.
public final class TcpForward implements ConnectionHandler {
    private final ForwardTarget target;
    private final Opener opener;
    private final ClientTable clients;
    private final ProxyStats.ClientKind kind;

    /// Connects to the target.
    @FunctionalInterface
    public interface Opener {
        /// Connects, on behalf of `client`.
        Duplex open(Duplex client) throws IOException;
    }

    /// @param target for messages
    /// @param kind as which its clients are counted
    public TcpForward(
            ForwardTarget target, Opener opener, ClientTable clients, ProxyStats.ClientKind kind) {
        this.target = target;
        this.opener = opener;
        this.clients = clients;
        this.kind = kind;
    }

    @Override
    public void serve(Duplex connection) {
        clients.serveAtOnce(connection, () -> carry(connection));
    }

    private void carry(Duplex connection) {
        Duplex there;
        clients.stats().served(kind);
        try {
            there = opener.open(connection);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "{0} -> {1}: {2}", connection, target, e.getMessage());
            connection.abort(); // so that the client sees that nothing answered
            return;
        }
        Relay.run(connection, there);
    }

    private static final System.Logger LOG = System.getLogger("dev.adit.proxy");
}
