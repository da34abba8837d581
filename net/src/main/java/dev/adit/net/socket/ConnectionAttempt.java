package dev.adit.net.socket;

import dev.adit.ip.address.IpAddress;
import dev.adit.net.core.InetAddresses;
import dev.adit.net.core.SocketEvents;
import dev.adit.net.core.TunnelStack;
import dev.adit.stack.socket.Connection;
import dev.adit.stack.socket.Ending;
import dev.adit.stack.socket.FourTuple;
import dev.adit.stack.socket.RefusedException;
import dev.adit.stack.socket.TcpOptions;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;

/// A connection to one address from its beginning until it is established or has failed.
/// Thread-safe.
final class ConnectionAttempt {
    private final TunnelStack net;
    private final Connection connection;

    private ConnectionAttempt(TunnelStack net, Connection connection) {
        this.net = net;
        this.connection = connection;
    }

    /// Begins to connect, and does not wait.
    ///
    /// @param events where the events of the connection go
    /// @param local to connect from, or null for the address that fits `to`
    /// @param localPort to connect from, or 0
    /// @throws IOException when it fails at once
    static ConnectionAttempt begin(
            TunnelStack net,
            SocketEvents events,
            TcpOptions options,
            @Nullable IpAddress local,
            int localPort,
            IpAddress to,
            int port)
            throws IOException {
        if (port == 0) throw new ConnectException("Connection refused: port 0 is none");
        if (InetAddresses.isLoopback(to)) {
            throw new NoRouteToHostException("No route to host: " + to + NOT_IN_TUNNELS);
        }
        IpAddress from = local != null ? local : net.stack().sourceFor(to);
        if (from == null) throw noFamily(net, to);
        if (from.v6() != to.v6()) {
            throw new NoRouteToHostException("No route to host: " + to + " from " + from);
        }
        try {
            FourTuple pair = new FourTuple(from, localPort, to, port);
            Connection c = net.stack().connect(net.now(), pair, options);
            c.attach(events);
            return new ConnectionAttempt(net, c);
        } catch (RefusedException e) {
            throw ConnectionFailure.refused(net, e);
        }
    }

    static NoRouteToHostException noFamily(TunnelStack net, IpAddress to) {
        return new NoRouteToHostException(
                "No route to host: " + net.name() + " has no address of the family of " + to);
    }

    Connection connection() {
        return connection;
    }

    /// True when it is established or has failed.
    boolean isDecided() {
        return connection.ending() != null || connection.state().isSynchronized();
    }

    /// True when it is established, false while it is under way.
    ///
    /// @throws IOException when it has failed
    boolean isEstablished() throws IOException {
        Ending ending = connection.ending();
        if (ending == null) return connection.state().isSynchronized();
        if (ending.reason() == Ending.Reason.FINISHED) return true;
        FourTuple pair = connection.pair();
        throw ConnectionFailure.connecting(net, ending, pair.remoteAddress(), pair.remotePort());
    }

    void abort() {
        connection.abort(net.now());
    }

    static final String NOT_IN_TUNNELS = " is this host's own address, which no tunnel leads to";
}
