package dev.adit.net.socket;

import dev.adit.ip.address.IpAddress;
import dev.adit.net.core.Addresses;
import dev.adit.net.core.TunnelStack;
import dev.adit.stack.socket.Connection;
import dev.adit.stack.socket.ConnectionState;
import dev.adit.stack.socket.Ending;
import dev.adit.stack.socket.FourTuple;
import dev.adit.stack.socket.RefusedException;
import dev.adit.stack.socket.TcpOptions;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Connects to one of the addresses of a name, which are tried in order, 250 ms apart, the first
/// that answers being taken (RFC 8305). Confined to one thread.
final class Connector {
    private final TunnelStack net;
    private final SocketWaits waits;
    private final TcpOptions options;
    private final @Nullable IpAddress local;
    private final int localPort; // or 0
    private final int port;
    private final List<Connection> attempts = new ArrayList<>();
    private @Nullable IOException failure;

    /// @param waits where the events of the attempts go
    Connector(
            TunnelStack net,
            SocketWaits waits,
            TcpOptions options,
            @Nullable IpAddress local,
            int localPort,
            int port) {
        this.net = net;
        this.waits = waits;
        this.options = options;
        this.local = local;
        this.localPort = localPort;
        this.port = port;
    }

    /// The addresses to try of those that a name has: of families that there is an own address of,
    /// IPv6 first, then in turns.
    static List<IpAddress> order(TunnelStack net, List<IpAddress> addresses) {
        List<IpAddress> v6 = new ArrayList<>(), v4 = new ArrayList<>(), all = new ArrayList<>();
        for (IpAddress address : addresses) {
            if (net.stack().sourceFor(address) != null) (address.v6() ? v6 : v4).add(address);
        }
        for (int i = 0; i < Math.max(v6.size(), v4.size()); i++) {
            if (i < v6.size()) all.add(v6.get(i));
            if (i < v4.size()) all.add(v4.get(i));
        }
        return all;
    }

    /// Connects.
    ///
    /// @param addresses to try, as they came
    /// @param millis to wait, 0 for as long as TCP does
    Connection connect(List<IpAddress> addresses, int millis) throws IOException {
        if (port == 0) throw new ConnectException("Connection refused: port 0 is none");
        List<IpAddress> candidates = order(net, addresses);
        if (candidates.isEmpty()) {
            throw new NoRouteToHostException(
                    "No route to host: "
                            + net.name()
                            + " has no address of the family of "
                            + addresses.getFirst());
        }
        waits.write.begin();
        try {
            return race(candidates, millis);
        } finally {
            waits.write.end();
        }
    }

    private Connection race(List<IpAddress> candidates, int millis) throws IOException {
        long begin = net.now();
        long deadline = millis == 0 ? Long.MAX_VALUE : begin + millis * 1_000_000L;
        long nextAttempt = begin;
        int next = 0;
        try {
            while (true) {
                waits.checkOpen();
                Connection winner = winner();
                if (winner != null) return winner;
                long now = net.now();
                if (now >= deadline) throw timedOut(candidates.getFirst(), millis);
                if (next < candidates.size() && (now >= nextAttempt || attempts.isEmpty())) {
                    begin(candidates.get(next++));
                    nextAttempt = now + BETWEEN_ATTEMPTS;
                    continue;
                }
                if (attempts.isEmpty()) throw failure;
                long until = next < candidates.size() ? Math.min(nextAttempt, deadline) : deadline;
                waits.park(waits.write, until == Long.MAX_VALUE ? until : until - now);
            }
        } finally {
            for (Connection c : attempts) c.abort(net.now());
        }
    }

    /// The attempt that is established, which leaves the others; null when there is none yet.
    private @Nullable Connection winner() {
        for (int i = attempts.size() - 1; i >= 0; i--) {
            Connection c = attempts.get(i);
            ConnectionState state = c.state();
            Ending ending = c.ending();
            if (ending == null && !state.isSynchronized()) continue;
            attempts.remove(i);
            if (ending == null || ending.reason() == Ending.Reason.FINISHED) return c;
            failure =
                    ConnectionFailure.connecting(
                            net, ending, c.pair().remoteAddress(), c.pair().remotePort());
        }
        return null;
    }

    private void begin(IpAddress to) throws IOException {
        if (Addresses.isLoopback(to)) {
            failure = new NoRouteToHostException("No route to host: " + to + NOT_IN_TUNNELS);
            return;
        }
        IpAddress from = local != null ? local : net.stack().sourceFor(to);
        Objects.requireNonNull(from); // as `order` keeps no other
        if (from.v6() != to.v6()) {
            failure = new NoRouteToHostException("No route to host: " + to + " from " + from);
            return;
        }
        try {
            FourTuple pair = new FourTuple(from, localPort, to, port);
            Connection c = net.stack().connect(net.now(), pair, options);
            attempts.add(c);
            c.attach(waits);
        } catch (RefusedException e) {
            failure = ConnectionFailure.refused(net, e);
        }
    }

    private IOException timedOut(IpAddress to, int millis) {
        return new SocketTimeoutException(
                "Connect timed out after "
                        + millis
                        + " ms: "
                        + ConnectionFailure.end(to, port)
                        + net.reason(to));
    }

    static final String NOT_IN_TUNNELS = " is this host's own address, which no tunnel leads to";
    private static final long BETWEEN_ATTEMPTS = 250_000_000L;
}
