package dev.adit.stack.tcp;

import dev.adit.ip.header.TransportHeader;
import dev.adit.stack.hash.SipHash;
import dev.adit.stack.ip.ControlQueue;
import dev.adit.stack.ip.IpWriter;
import dev.adit.stack.ip.PathMtus;
import dev.adit.stack.memory.BlockPool;
import dev.adit.stack.schedule.Scheduler;
import dev.adit.stack.socket.FourTuple;
import dev.adit.stack.stats.Counters;

import java.util.concurrent.atomic.AtomicInteger;

/// The objects and settings shared by all connections and listeners of a stack. Thread-safe.
public final class TcpContext {
    final Scheduler scheduler;
    final BlockPool pool;
    final Counters counters;
    final int mtu;
    final PathMtus pathMtus;
    final TimeWaitTable timeWaits;
    final StatelessOutput stateless;
    final SynCookies cookies;
    private final SipHash key;
    private final AtomicInteger orphans = new AtomicInteger();

    public TcpContext(
            Scheduler scheduler,
            BlockPool pool,
            Counters counters,
            PathMtus pathMtus,
            ControlQueue control,
            int mtu,
            SipHash key) {
        this.scheduler = scheduler;
        this.pool = pool;
        this.counters = counters;
        this.pathMtus = pathMtus;
        this.mtu = mtu;
        this.key = key;
        timeWaits = new TimeWaitTable(scheduler, counters);
        stateless = new StatelessOutput(control, counters);
        cookies = new SynCookies(key);
    }

    long hash(FourTuple pair) {
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

    private static final int MAX_ORPHANS = 4096;
    private static final long ISN = 0x4953_4eL;
    private static final long STAMP = 0x5453L;
}
