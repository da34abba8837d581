package dev.adit.net.socket;

import dev.adit.ip.address.IpAddress;
import dev.adit.net.core.TunnelStack;
import dev.adit.stack.socket.Connection;
import dev.adit.stack.socket.TcpOptions;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/// Connects to one of the addresses of a name, which are tried in order, 250 ms apart, the first
/// that answers being taken (RFC 8305). Confined to one thread.
final class Connector {
    private final TunnelStack net;
    private final SocketWaits waits;
    private final TcpOptions options;
    private final @Nullable IpAddress local;
    private final int localPort; // or 0
    private final int port;
    private final List<ConnectionAttempt> attempts = new ArrayList<>();
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
        List<IpAddress> candidates = order(net, addresses);
        if (candidates.isEmpty()) throw ConnectionAttempt.noFamily(net, addresses.getFirst());
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
            for (ConnectionAttempt attempt : attempts) attempt.abort();
        }
    }

    /// The attempt that is established, which leaves the others; null when there is none yet.
    private @Nullable Connection winner() {
        for (int i = attempts.size() - 1; i >= 0; i--) {
            ConnectionAttempt attempt = attempts.get(i);
            try {
                if (!attempt.isEstablished()) continue;
                attempts.remove(i);
                return attempt.connection();
            } catch (IOException e) {
                attempts.remove(i);
                failure = e;
            }
        }
        return null;
    }

    private void begin(IpAddress to) {
        try {
            attempts.add(ConnectionAttempt.begin(net, waits, options, local, localPort, to, port));
        } catch (IOException e) {
            failure = e;
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

    private static final long BETWEEN_ATTEMPTS = 250_000_000L;
}
