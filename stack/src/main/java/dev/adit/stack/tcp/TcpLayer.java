package dev.adit.stack.tcp;

import dev.adit.ip.address.IpAddress;
import dev.adit.stack.ip.LocalAddresses;
import dev.adit.stack.ip.PortTable;
import dev.adit.stack.socket.Ending;
import dev.adit.stack.socket.FourTuple;
import dev.adit.stack.socket.RefusedException;
import dev.adit.stack.socket.TcpOptions;
import dev.adit.stack.stats.Counter;

import org.jspecify.annotations.Nullable;

import java.util.random.RandomGenerator;

/// The TCP layer of a stack: creates its connections and listeners, and holds them. Thread-safe.
public final class TcpLayer {
    final TcpContext context;
    final ConnectionTable table = new ConnectionTable();
    final PortTable<TcpListener> listeners = new PortTable<>();
    private final LocalAddresses addresses;
    private final RandomGenerator random; // guarded by itself
    private int lastPort = -1; // guarded by random; -1 before the first

    /// @param random where ephemeral ports come from
    public TcpLayer(TcpContext context, LocalAddresses addresses, RandomGenerator random) {
        this.context = context;
        this.addresses = addresses;
        this.random = random;
    }

    /// The connections that are not over.
    public ConnectionTable connections() {
        return table;
    }

    /// The connections that are over but not forgotten.
    public TimeWaitTable timeWaits() {
        return context.timeWaits;
    }

    /// Begins a connection; as [dev.adit.stack.Stack#connect].
    public TcpConnection connect(long now, FourTuple wanted, TcpOptions options)
            throws RefusedException {
        checkEnds(wanted);
        if (context.pool.isFull()) throw noMemory();
        for (int attempt = 0; attempt < PORTS + RANDOM_TRIES; attempt++) {
            FourTuple pair = wanted.localPort() != 0 ? wanted : withPort(wanted, attempt);
            TcpConnection c = tryConnect(now, pair, options);
            if (c != null) return c;
            if (wanted.localPort() != 0) {
                throw new RefusedException(
                        RefusedException.Reason.ADDRESS_IN_USE, "there is such a connection");
            }
        }
        throw new RefusedException(
                RefusedException.Reason.NO_EPHEMERAL_PORT, "all ephemeral ports are in use");
    }

    private void checkEnds(FourTuple wanted) throws RefusedException {
        if (!addresses.contains(wanted.localAddress())) {
            throw new RefusedException(
                    RefusedException.Reason.ADDRESS_NOT_AVAILABLE,
                    wanted.localAddress() + " is not an own address");
        }
        if (wanted.remotePort() == 0 || !isUnicast(wanted.remoteAddress())) {
            throw new RefusedException(
                    RefusedException.Reason.BAD_DESTINATION,
                    "no connection can lead to " + wanted.remoteAddress());
        }
    }

    private static boolean isUnicast(IpAddress address) {
        if (address.v6()) {
            return address.high() >>> 56 != 0xff && (address.high() | address.low()) != 0;
        }
        int first = (int) (address.high() >>> 56);
        return first != 0 && first < 224;
    }

    private static RefusedException noMemory() {
        return new RefusedException(
                RefusedException.Reason.NO_MEMORY, "the memory budget is used up");
    }

    /// With a port at a random distance from the last (RFC 6056 §3.3.5), in the end one by one.
    private FourTuple withPort(FourTuple wanted, int attempt) {
        synchronized (random) {
            int step = attempt < RANDOM_TRIES ? 1 + random.nextInt(MAX_STEP) : 1;
            if (lastPort < 0) lastPort = random.nextInt(PORTS);
            lastPort = (lastPort + step) % PORTS;
            return new FourTuple(
                    wanted.localAddress(),
                    FIRST_PORT + lastPort,
                    wanted.remoteAddress(),
                    wanted.remotePort());
        }
    }

    private @Nullable TcpConnection tryConnect(long now, FourTuple pair, TcpOptions options) {
        if (listeners.isUsed(pair.localPort())) return null;
        long hash = context.hash(pair);
        int ports = pair.localPort() << 16 | pair.remotePort();
        if (context.timeWaits.lookup(hash, pair.localAddress(), pair.remoteAddress(), ports)
                != null) {
            return null;
        }
        if (isTaken(hash, pair)) return null; // before a connection is made in vain
        int sequence = context.initialSequence(now, hash);
        TcpConnection c = new TcpConnection(context, table, pair, hash, sequence, options, null);
        if (!table.add(c)) return null;
        context.counters.count(Counter.TCP_CONNECTS);
        c.begin(now);
        return c;
    }

    private boolean isTaken(long hash, FourTuple pair) {
        IpAddress local = pair.localAddress(), remote = pair.remoteAddress();
        return table.lookup(
                        hash,
                        pair.isV6(),
                        local.high(),
                        local.low(),
                        remote.high(),
                        remote.low(),
                        pair.localPort(),
                        pair.remotePort())
                != null;
    }

    /// A listener; as [dev.adit.stack.Stack#listen].
    public TcpListener listen(
            long now, @Nullable IpAddress local, int port, int backlog, TcpOptions options)
            throws RefusedException {
        if (local != null && !addresses.contains(local)) {
            throw new RefusedException(
                    RefusedException.Reason.ADDRESS_NOT_AVAILABLE,
                    local + " is not an own address");
        }
        for (int attempt = 0; attempt < PORTS; attempt++) {
            int chosen = port;
            if (port == 0) {
                synchronized (random) {
                    lastPort = (lastPort + 1 + random.nextInt(MAX_STEP)) % PORTS;
                    chosen = FIRST_PORT + lastPort;
                }
            }
            TcpListener listener =
                    new TcpListener(context, table, listeners, local, chosen, backlog, options);
            if (listeners.add(listener)) return listener;
            if (port != 0) {
                throw new RefusedException(
                        RefusedException.Reason.ADDRESS_IN_USE, "port " + port + " is in use");
            }
        }
        throw new RefusedException(
                RefusedException.Reason.NO_EPHEMERAL_PORT, "all ephemeral ports are in use");
    }

    /// Resets all connections and closes all listeners, without telling the program yet.
    public void close(long now) {
        for (TcpListener listener : listeners.all()) {
            listener.close(now, Ending.Reason.STACK_CLOSED);
        }
        for (TcpConnection c : table.all()) c.abort(now, Ending.Reason.STACK_CLOSED);
        for (TcpConnection c : table.unread()) c.abort(now, Ending.Reason.STACK_CLOSED);
        context.timeWaits.clear();
    }

    private static final int FIRST_PORT = 32_768;
    private static final int PORTS = 60_999 - FIRST_PORT + 1;
    private static final int RANDOM_TRIES = 256;
    private static final int MAX_STEP = 500;
}
