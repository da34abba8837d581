package dev.adit.proxy.stream;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// The counters of a proxy, from its start. Thread-safe.
public final class ProxyStats {
    private final Map<ClientKind, LongAdder> clients = adders(ClientKind.class);
    private final Map<Refusal, LongAdder> refusals = adders(Refusal.class);
    private final LongAdder toTunnel = new LongAdder();
    private final LongAdder fromTunnel = new LongAdder();
    private final LongAdder associations = new LongAdder();

    /// All of them zero.
    public ProxyStats() {}

    /// What a client asks for.
    public enum ClientKind {
        SOCKS4,
        SOCKS5,
        HTTP,
        TCP_FORWARD,
        SERVICE,
        DNS_UDP,
        DNS_TCP
    }

    /// Why a client did not get what it asked for.
    public enum Refusal {
        TOO_MANY_CLIENTS,
        REQUEST_TIMED_OUT,
        BAD_REQUEST,
        WRONG_PASSWORD,
        UNKNOWN_HOST,
        NO_ROUTE,
        CONNECTION_REFUSED,
        CONNECTION_TIMED_OUT,
        CONNECTION_FAILED;

        /// The reason for which a target cannot be connected.
        static Refusal of(IOException failure) {
            if (failure instanceof SocketTimeoutException) return CONNECTION_TIMED_OUT;
            if (failure instanceof NoRouteToHostException) return NO_ROUTE;
            if (failure instanceof UnknownHostException) return UNKNOWN_HOST;
            if (!(failure instanceof ConnectException)) return CONNECTION_FAILED;
            String text = String.valueOf(failure.getMessage());
            boolean isTimedOut = text.startsWith("Connection timed out");
            return isTimedOut ? CONNECTION_TIMED_OUT : CONNECTION_REFUSED;
        }
    }

    private static <E extends Enum<E>> Map<E, LongAdder> adders(Class<E> kinds) {
        Map<E, LongAdder> all = new EnumMap<>(kinds);
        for (E kind : kinds.getEnumConstants()) all.put(kind, new LongAdder());
        return all;
    }

    private static void add(Map<?, LongAdder> adders, Enum<?> kind) {
        LongAdder adder = adders.get(kind);
        if (adder != null) adder.increment(); // as all are there
    }

    /// A client was told apart, or a question asked.
    public void served(ClientKind kind) {
        add(clients, kind);
    }

    /// A client did not get what it asked for.
    public void refused(Refusal reason) {
        add(refusals, reason);
    }

    /// Bytes were carried into the tunnel.
    public void toTunnel(long bytes) {
        toTunnel.add(bytes);
    }

    /// Bytes were carried out of the tunnel.
    public void fromTunnel(long bytes) {
        fromTunnel.add(bytes);
    }

    /// A SOCKS5 client has got UDP ports, or they are closed.
    ///
    /// @param change 1 or -1
    public void associations(int change) {
        associations.add(change);
    }

    /// How many clients of that kind there were.
    public long clients(ClientKind kind) {
        LongAdder adder = clients.get(kind);
        return adder == null ? 0 : adder.sum();
    }

    /// How many were refused for that reason.
    public long refusals(Refusal reason) {
        LongAdder adder = refusals.get(reason);
        return adder == null ? 0 : adder.sum();
    }

    /// Bytes of clients that were carried into the tunnel.
    public long bytesToTunnel() {
        return toTunnel.sum();
    }

    /// Bytes for clients that were carried out of the tunnel.
    public long bytesFromTunnel() {
        return fromTunnel.sum();
    }

    /// How many SOCKS5 clients have UDP ports now.
    public long associations() {
        return associations.sum();
    }
}
