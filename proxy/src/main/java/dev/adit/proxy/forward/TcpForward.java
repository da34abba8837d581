package dev.adit.proxy.forward;

import dev.adit.proxy.server.ClientTable;
import dev.adit.proxy.server.ConnectionHandler;
import dev.adit.proxy.stream.Dialer;
import dev.adit.proxy.stream.Duplex;
import dev.adit.proxy.stream.Relay;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.LongAdder;

/// Carries every connection to one target, whose name is looked up for each. Thread-safe.
public final class TcpForward implements ConnectionHandler {
    private final Target target;
    private final Dialer dialer;
    private final ClientTable clients;
    private final LongAdder sent = new LongAdder();
    private final LongAdder received = new LongAdder();

    /// @param dialer connects to `target`
    public TcpForward(Target target, Dialer dialer, ClientTable clients) {
        this.target = target;
        this.dialer = dialer;
        this.clients = clients;
    }

    @Override
    public void serve(Duplex connection) {
        clients.serveAtOnce(connection, () -> carry(connection));
    }

    private void carry(Duplex connection) {
        Duplex there;
        try {
            there = dialer.connect(target.host(), target.port());
        } catch (IOException e) {
            LOG.log(Level.WARNING, "{0} -> {1}: {2}", connection, target, e.getMessage());
            connection.abort(); // so that the client sees that nothing answered
            return;
        }
        Relay.run(connection, there, sent, received);
    }

    private static final System.Logger LOG = System.getLogger("dev.adit.proxy");
}
