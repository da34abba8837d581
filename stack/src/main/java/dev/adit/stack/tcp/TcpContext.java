package dev.adit.stack.tcp;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.header.TransportHeader;
import dev.adit.stack.hash.SipHash;
import dev.adit.stack.ip.ControlQueue;
import dev.adit.stack.ip.IpWriter;
import dev.adit.stack.ip.LocalAddresses;
import dev.adit.stack.ip.PathMtus;
import dev.adit.stack.ip.PortTable;
import dev.adit.stack.memory.BlockPool;
import dev.adit.stack.schedule.Scheduler;
import dev.adit.stack.socket.Ending;
import dev.adit.stack.socket.RefusedException;
import dev.adit.stack.socket.SocketPair;
import dev.adit.stack.socket.TcpOptions;
import dev.adit.stack.stats.Counter;
import dev.adit.stack.stats.Counters;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/// What all connections of a stack share, and how they come to be. Thread-safe.
public final class TcpContext {
    final Scheduler scheduler;
    final BlockPool pool;
    final Counters counters;
    final int mtu;
    final PathMtus pathMtus;
    final ConnectionTable table = new ConnectionTable();
    final TimeWaitTable timeWaits;
    final StatelessOutput stateless;
    final SynCookies cookies;
    final PortTable<TcpListener> listeners = new PortTable<>();
    private final SipHash key;
    private final RandomGenerator random; // guarded by itself
    private int lastPort; // guarded by random
    private final LocalAddresses addresses;
    final Set<TcpConnection> unread = ConcurrentHashMap.newKeySet(); // ended, with data to be read
    private final AtomicInteger orphans = new AtomicInteger();

    public TcpContext(
            Scheduler scheduler,
            BlockPool pool,
            Counters counters,
            PathMtus pathMtus,
            ControlQueue control,
            LocalAddresses addresses,
            int mtu,
            SipHash key,
            RandomGenerator random) {
        this.scheduler = scheduler;
        this.pool = pool;
        this.counters = counters;
        this.pathMtus = pathMtus;
        this.addresses = addresses;
        this.mtu = mtu;
        this.key = key;
        this.random = random;
        timeWaits = new TimeWaitTable(scheduler, counters);
        stateless = new StatelessOutput(control, counters);
        cookies = new SynCookies(key);
    }

    /// The connections that are not over.
    public ConnectionTable connections() {
        return table;
    }

    /// The connections that are over but not forgotten.
    public TimeWaitTable timeWaits() {
        return timeWaits;
    }

    /// Begins a connection; as [dev.adit.stack.Stack#connect].
    public TcpConnection connect(long now, SocketPair wanted, TcpOptions options)
            throws RefusedException {
        checkEnds(wanted);
        if (pool.isFull()) throw noMemory();
        for (int attempt = 0; attempt < PORTS + RANDOM_TRIES; attempt++) {
            SocketPair pair = wanted.localPort() != 0 ? wanted : withPort(wanted, attempt);
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

    private void checkEnds(SocketPair wanted) throws RefusedException {
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

    static RefusedException noMemory() {
        return new RefusedException(
                RefusedException.Reason.NO_MEMORY, "the memory budget is used up");
    }

    /// With a port at a random distance from the last (RFC 6056 §3.3.5), in the end one by one.
    private SocketPair withPort(SocketPair wanted, int attempt) {
        synchronized (random) {
            int step = attempt < RANDOM_TRIES ? 1 + random.nextInt(MAX_STEP) : 1;
            if (lastPort == 0) lastPort = random.nextInt(PORTS);
            lastPort = (lastPort + step) % PORTS;
            return new SocketPair(
                    wanted.localAddress(),
                    FIRST_PORT + lastPort,
                    wanted.remoteAddress(),
                    wanted.remotePort());
        }
    }

    private TcpConnection tryConnect(long now, SocketPair pair, TcpOptions options) {
        if (listeners.isUsed(pair.localPort())) return null;
        long hash = hash(pair);
        int ports = pair.localPort() << 16 | pair.remotePort();
        if (timeWaits.lookup(hash, pair.localAddress(), pair.remoteAddress(), ports) != null) {
            return null;
        }
        int sequence = initialSequence(now, hash);
        TcpConnection c = new TcpConnection(this, pair, hash, sequence, options, null);
        if (!table.add(c)) return null;
        counters.count(Counter.TCP_CONNECTS);
        c.begin(now);
        return c;
    }

    /// A listener; as [dev.adit.stack.Stack#listen].
    public TcpListener listen(long now, IpAddress local, int port, int backlog, TcpOptions options)
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
            TcpListener listener = new TcpListener(this, local, chosen, backlog, options);
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
        for (TcpConnection c : unread) c.abort(now, Ending.Reason.STACK_CLOSED);
        timeWaits.clear();
    }

    long hash(SocketPair pair) {
        return hash(
                pair.isV6(),
                pair.localAddress().high(),
                pair.localAddress().low(),
                pair.remoteAddress().high(),
                pair.remoteAddress().low(),
                pair.localPort(),
                pair.remotePort());
    }

    long hash(
            boolean v6,
            long localHigh,
            long localLow,
            long remoteHigh,
            long remoteLow,
            int localPort,
            int remotePort) {
        long ports = (long) localPort << 16 | remotePort;
        return v6
                ? key.hash(localHigh, localLow, remoteHigh, remoteLow, ports, 6)
                : key.hash(localHigh | remoteHigh >>> 32, ports);
    }

    /// RFC 6528: a clock of 4 µs and a secret of the connection.
    int initialSequence(long now, long hash) {
        return (int) (now / 4_000) + (int) key.hash(hash, ISN);
    }

    int timestampOffset(long hash) {
        return (int) key.hash(hash, STAMP);
    }

    /// The segment size offered to peers.
    int offeredSegment(boolean v6) {
        return mtu - IpWriter.headerLength(v6) - TransportHeader.TCP_HEADER;
    }

    /// A closed connection still sends.
    ///
    /// @return false when there are too many of them
    boolean orphanAdded() {
        return orphans.incrementAndGet() <= MAX_ORPHANS;
    }

    void orphanGone() {
        orphans.decrementAndGet();
    }

    private static final int FIRST_PORT = 32_768;
    private static final int PORTS = 60_999 - FIRST_PORT + 1;
    private static final int RANDOM_TRIES = 256;
    private static final int MAX_STEP = 500;
    private static final int MAX_ORPHANS = 4096;
    private static final long ISN = 0x4953_4eL;
    private static final long STAMP = 0x5453L;
}
