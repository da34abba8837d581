package dev.adit.stack.tcp;

import dev.adit.ip.address.IpAddress;
import dev.adit.stack.ip.IcmpError;
import dev.adit.stack.ip.IpHeader;
import dev.adit.stack.socket.FourTuple;
import dev.adit.stack.stats.Counter;

import org.jspecify.annotations.Nullable;

/// Dispatches received segments to their connections. A run of segments of one flow costs one
/// lookup, and its connection acknowledges once at its end. Confined to the thread that receives.
public final class TcpInput {
    private final TcpLayer layer;
    private final TcpContext context;
    private final TcpSegment segment = new TcpSegment();
    private @Nullable TcpConnection current; // of the run at hand

    public TcpInput(TcpLayer layer) {
        this.layer = layer;
        context = layer.context;
    }

    /// Takes the segment in `ip` in.
    public void receive(long now, IpHeader ip) {
        Counter drop = segment.parse(ip);
        if (drop != null) {
            context.counters.count(drop);
            return;
        }
        context.counters.count(Counter.TCP_SEGMENTS_RECEIVED);
        if (current == null || !isOf(current, ip)) {
            endRun(now);
            long hash = hash(ip, segment.localPort, segment.remotePort);
            current = lookup(hash, ip);
            if (current == null) {
                unconnected(now, ip, hash);
                return;
            }
        }
        if (current.receive(now, segment)) return;
        endRun(now);
        unconnected(now, ip, hash(ip, segment.localPort, segment.remotePort));
    }

    private boolean isOf(TcpConnection c, IpHeader ip) {
        return c.isLive()
                && c.matches(
                        ip.v6,
                        ip.destinationHigh,
                        ip.destinationLow,
                        ip.sourceHigh,
                        ip.sourceLow,
                        segment.localPort,
                        segment.remotePort);
    }

    private long hash(IpHeader ip, int localPort, int remotePort) {
        return context.hash(
                ip.v6,
                ip.destinationHigh,
                ip.destinationLow,
                ip.sourceHigh,
                ip.sourceLow,
                localPort,
                remotePort);
    }

    private @Nullable TcpConnection lookup(long hash, IpHeader ip) {
        return layer.table.lookup(
                hash,
                ip.v6,
                ip.destinationHigh,
                ip.destinationLow,
                ip.sourceHigh,
                ip.sourceLow,
                segment.localPort,
                segment.remotePort);
    }

    /// The run is over: its connection does what it owes.
    public void endRun(long now) {
        if (current == null) return;
        current.endRun(now);
        current = null;
    }

    /// A segment for no connection: for TIME-WAIT, a listener, or nothing at all.
    private void unconnected(long now, IpHeader ip, long hash) {
        TcpSegment s = segment;
        if (s.remotePort == 0 || s.localPort == 0) {
            context.counters.count(Counter.BAD_TRANSPORT_HEADER);
            return;
        }
        IpAddress local = ip.destination(), remote = ip.source();
        FourTuple pair = new FourTuple(local, s.localPort, remote, s.remotePort);
        int ports = s.localPort << 16 | s.remotePort;
        TimeWaitTable.Entry old = context.timeWaits.lookup(hash, local, remote, ports);
        if (old != null && !isNew(now, old, s)) {
            timeWait(now, pair, old, s);
            return;
        }
        if (old != null) context.timeWaits.remove(old);
        TcpListener listener =
                layer.listeners.lookup(ip.v6, ip.destinationHigh, ip.destinationLow, s.localPort);
        if (listener == null) context.stateless.refuse(now, pair, s);
        else {
            listener.receive(now, pair, hash, s, old != null, old == null ? 0 : old.sndNxt);
        }
    }

    /// A SYN that is newer than all of the old connection (RFC 6191, RFC 9293 §3.10.7.4).
    private static boolean isNew(long now, TimeWaitTable.Entry old, TcpSegment s) {
        if (!s.isSyn() || s.isAck() || s.isReset()) return false;
        if (old.timestamps != null && s.hasTimestamps) {
            return !old.timestamps.isOld(now, s.timestamp)
                    && (s.timestamp != old.timestamps.recent() || s.sequence - old.rcvNxt > 0);
        }
        return s.sequence - old.rcvNxt > 0;
    }

    /// Resets are ignored (RFC 1337); what occupies sequence numbers or is out of the window is
    /// acknowledged.
    private void timeWait(long now, FourTuple pair, TimeWaitTable.Entry old, TcpSegment s) {
        boolean isPlain = s.sequences() == 0 && s.sequence == old.rcvNxt;
        if (s.isReset() || isPlain || !s.isAck() && !s.isSyn()) return;
        if (s.isFin()) context.timeWaits.renew(now, old);
        context.stateless.acknowledge(now, pair, old);
    }

    /// Takes an ICMP error about a segment to its connection.
    public void icmp(long now, IcmpError e) {
        endRun(now);
        long hash =
                context.hash(
                        e.v6,
                        e.localHigh,
                        e.localLow,
                        e.remoteHigh,
                        e.remoteLow,
                        e.localPort,
                        e.remotePort);
        TcpConnection c =
                layer.table.lookup(
                        hash,
                        e.v6,
                        e.localHigh,
                        e.localLow,
                        e.remoteHigh,
                        e.remoteLow,
                        e.localPort,
                        e.remotePort);
        if (c != null) c.icmp(now, e);
        else context.counters.count(Counter.ICMP_ERROR_UNRELATED);
    }
}
