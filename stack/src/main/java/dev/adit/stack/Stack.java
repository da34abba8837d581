package dev.adit.stack;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.header.IpPacket;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.stack.echo.EchoTable;
import dev.adit.stack.hash.SipHash;
import dev.adit.stack.ip.ControlQueue;
import dev.adit.stack.ip.IcmpOutput;
import dev.adit.stack.ip.IpHeader;
import dev.adit.stack.ip.LocalAddresses;
import dev.adit.stack.ip.PathMtus;
import dev.adit.stack.ip.Reassembler;
import dev.adit.stack.memory.BlockPool;
import dev.adit.stack.schedule.PacketWriter;
import dev.adit.stack.schedule.Schedulable;
import dev.adit.stack.schedule.Scheduler;
import dev.adit.stack.socket.Connection;
import dev.adit.stack.socket.Echo;
import dev.adit.stack.socket.FourTuple;
import dev.adit.stack.socket.Listener;
import dev.adit.stack.socket.RefusedException;
import dev.adit.stack.socket.StackEvents;
import dev.adit.stack.socket.TcpOptions;
import dev.adit.stack.socket.UdpPort;
import dev.adit.stack.stats.Counter;
import dev.adit.stack.stats.Counters;
import dev.adit.stack.tcp.TcpConnection;
import dev.adit.stack.tcp.TcpContext;
import dev.adit.stack.tcp.TcpLayer;
import dev.adit.stack.udp.UdpLayer;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/// TCP, UDP and ICMP over one point-to-point link, for the addresses of this end. No thread, no
/// clock: `now` is nanoseconds on a clock that never goes back, the same for all calls.
///
/// Thread-safe: any thread may call [#receive] and the methods of sockets; one thread at a time
/// calls [#transmit] and [#expire]. What happened is told to [StackEvents] at the end of each call,
/// without a monitor held.
public final class Stack {
    private final Counters counters = new Counters();
    private final Scheduler scheduler;
    private final BlockPool pool;
    private final LocalAddresses addresses;
    private final ControlQueue control;
    private final IcmpOutput icmp;
    private final Reassembler reassembler;
    private final TcpLayer tcp;
    private final UdpLayer udp;
    private final EchoTable echoes;
    private final PacketWriter writer = new PacketWriter(); // confined to the transmitting thread
    private final Loopback loopback;
    private long transmittingAt; // confined to the transmitting thread
    private @Nullable ReceiveContext unused; // guarded by this
    private volatile boolean isClosed;

    /// @param key 128 random bits that no peer can know
    /// @param random where ports and identifications come from; used under a monitor
    public Stack(StackConfig config, SipHash key, RandomGenerator random, StackEvents events) {
        scheduler = new Scheduler(events);
        pool = new BlockPool(config.memory());
        addresses =
                new LocalAddresses(
                        config.addresses().stream()
                                .map(a -> new LocalAddresses.Prefix(a.address(), a.bits()))
                                .toList());
        control = new ControlQueue(scheduler, pool, counters);
        icmp = new IcmpOutput(control, counters);
        reassembler = new Reassembler(scheduler, pool, counters);
        PathMtus paths = new PathMtus(config.mtu());
        tcp =
                new TcpLayer(
                        new TcpContext(
                                scheduler, pool, counters, paths, control, config.mtu(), key),
                        addresses,
                        random);
        udp = new UdpLayer(scheduler, pool, counters, paths, addresses, icmp, random);
        echoes = new EchoTable(scheduler, control, counters, addresses, random);
        loopback = new Loopback(addresses, p -> receive(transmittingAt, p, 0, p.size(), true));
    }

    /// Takes entries `from` (inclusive) to `to` (exclusive) in, each one packet, whose memory may
    /// be overwritten.
    public void receive(long now, PacketBatch in, int from, int to) {
        receive(now, in, from, to, false);
        scheduler.deliver();
    }

    private void receive(long now, PacketBatch in, int from, int to, boolean isLocal) {
        if (isClosed) return;
        ReceiveContext context = take();
        for (int i = from; i < to; i++) {
            receive(now, context, in, i, isLocal);
        }
        context.tcp.endRun(now);
        counters.add(Counter.PACKETS_RECEIVED, to - from);
        give(context);
    }

    private synchronized ReceiveContext take() {
        ReceiveContext context = unused;
        if (context == null) return new ReceiveContext(tcp);
        unused = context.next;
        return context;
    }

    private synchronized void give(ReceiveContext context) {
        context.next = unused;
        unused = context;
    }

    private void receive(long now, ReceiveContext context, PacketBatch in, int i, boolean isLocal) {
        IpHeader ip = context.ip;
        Counter drop = ip.parse(in.memory(), in.offset(i), in.length(i));
        if (drop == null) {
            if (!addresses.contains(ip.v6, ip.destinationHigh, ip.destinationLow)) {
                drop = Counter.NOT_OUR_ADDRESS;
            } else if (!isLocal && addresses.contains(ip.v6, ip.sourceHigh, ip.sourceLow)) {
                drop = Counter.MARTIAN_SOURCE;
            }
        }
        if (drop != null) {
            counters.count(drop);
            boolean isProblem = drop == Counter.BAD_HEADER && ip.problemCode >= 0;
            if (isProblem && addresses.contains(true, ip.destinationHigh, ip.destinationLow)) {
                icmp.headerProblem(now, ip, context.scratch);
            }
            return;
        }
        if (ip.isFragment && !reassembler.add(now, ip, context.scratch)) return;
        dispatch(now, context);
    }

    private void dispatch(long now, ReceiveContext context) {
        IpHeader ip = context.ip;
        switch (ip.protocol) {
            case IpPacket.TCP -> context.tcp.receive(now, ip);
            case IpPacket.UDP -> udp.receive(now, ip, context.scratch);
            case IpHeader.ICMP, IpHeader.ICMPV6 -> {
                if (ip.v6 == (ip.protocol == IpHeader.ICMPV6)) receiveIcmp(now, context);
                else counters.count(Counter.UNKNOWN_PROTOCOL);
            }
            default -> {
                counters.count(Counter.UNKNOWN_PROTOCOL);
                ip.unknownNextHeader();
                if (!ip.v6 || ip.protocol != NO_NEXT_HEADER) {
                    icmp.headerProblem(now, ip, context.scratch);
                }
            }
        }
    }

    private void receiveIcmp(long now, ReceiveContext context) {
        IpHeader ip = context.ip;
        if (!IcmpOutput.hasGoodChecksum(ip)) {
            counters.count(Counter.BAD_CHECKSUM);
            return;
        }
        counters.count(Counter.ICMP_RECEIVED);
        int type = ip.slab.get(ByteOrders.U8, ip.payload) & 0xff;
        if (type == (ip.v6 ? IcmpOutput.V6_ECHO_REQUEST : IcmpOutput.ECHO_REQUEST)) {
            icmp.echo(now, ip);
            return;
        }
        if (type == (ip.v6 ? IcmpOutput.V6_ECHO_REPLY : IcmpOutput.ECHO_REPLY)) {
            echoes.reply(now, ip);
            return;
        }
        if (!context.error.parse(ip)) return;
        switch (context.error.protocol) {
            case IpPacket.TCP -> context.tcp.icmp(now, context.error);
            case IpPacket.UDP -> udp.icmp(now, context.error);
            case IpHeader.ICMP, IpHeader.ICMPV6 -> echoes.icmp(context.error);
            default -> counters.count(Counter.ICMP_ERROR_UNRELATED);
        }
    }

    /// Appends packets to `out` while there are any and there is room. TCP and UDP packets have a
    /// segment size, even for one segment: their lengths and checksums are for
    /// [dev.adit.ip.header.Segmenter] to complete.
    ///
    /// @return how many entries were appended
    public int transmit(long now, PacketBatch out) {
        if (isClosed) return 0;
        int before = out.size();
        writer.begin(out);
        while (writer.room() >= LEAST_ROOM) {
            Schedulable entry = scheduler.takeReady();
            if (entry == null) break;
            int count = writer.count();
            if (!scheduler.transmit(entry, now, writer)) continue;
            scheduler.readyData(entry);
            if (writer.count() == count) break; // it needs more room than there is
        }
        counters.add(Counter.PACKETS_SENT, out.size() - before);
        transmittingAt = now;
        loopback.divert(out, before);
        scheduler.deliver();
        return out.size() - before;
    }

    /// True while [#transmit] has something to do.
    public boolean isReady() {
        return scheduler.isReady();
    }

    /// When [#expire] has to be called next, `Long.MAX_VALUE` for never. May be too early.
    public long nextDeadline() {
        return scheduler.nextDeadline();
    }

    /// Does what is due.
    public void expire(long now) {
        if (isClosed) return;
        scheduler.expire(now);
        scheduler.deliver();
    }

    /// Begins a connection. [StackEvents#connected] or [StackEvents#ended] follows.
    ///
    /// @param pair with the local port 0, an ephemeral one is chosen
    public Connection connect(long now, FourTuple pair, TcpOptions options)
            throws RefusedException {
        checkOpen();
        TcpConnection c = tcp.connect(now, pair, options);
        scheduler.deliver();
        return c;
    }

    /// Accepts connections on a port.
    ///
    /// @param local an own address, or null for all
    /// @param port 0 to have one chosen
    /// @param backlog how many connections may wait to be accepted
    public Listener listen(
            long now, @Nullable IpAddress local, int port, int backlog, TcpOptions options)
            throws RefusedException {
        checkOpen();
        return tcp.listen(now, local, port, backlog, options);
    }

    /// Opens a UDP port.
    ///
    /// @param local an own address, or null for all
    /// @param port 0 to have one chosen
    public UdpPort open(@Nullable IpAddress local, int port) throws RefusedException {
        checkOpen();
        return udp.open(local, port);
    }

    /// Sends an ICMP echo request. [StackEvents#answered] may follow.
    public Echo ping(long now, IpAddress to) throws RefusedException {
        checkOpen();
        Echo echo = echoes.send(now, to);
        scheduler.deliver();
        return echo;
    }

    private void checkOpen() throws RefusedException {
        if (isClosed) {
            throw new RefusedException(RefusedException.Reason.CLOSED, "the stack is closed");
        }
    }

    /// The own address to send to `destination` from (RFC 6724), or null.
    public @Nullable IpAddress sourceFor(IpAddress destination) {
        return addresses.sourceFor(destination);
    }

    /// There is a way again to the addresses for which `behind` is true: connections that wait for
    /// a retransmission timeout send at once (RFC 6069 in spirit).
    public void peerAnswers(long now, Predicate<IpAddress> behind) {
        for (TcpConnection c : tcp.connections().all()) {
            if (behind.test(c.pair().remoteAddress())) c.resume(now);
        }
        scheduler.deliver();
    }

    /// The connections that are not over, those in TIME-WAIT left out.
    public List<Connection> connections() {
        return List.copyOf(tcp.connections().all());
    }

    /// What the stack has done and has now.
    public StackStats stats() {
        return new StackStats(
                counters.snapshot(), tcp.connections().size(), tcp.timeWaits().size(), pool.used());
    }

    /// Resets all connections, closes all sockets and frees all memory. Resets that are to reach
    /// the peers have to be transmitted before: abort the connections, then call [#transmit].
    /// Idempotent.
    public void close(long now) {
        synchronized (this) {
            if (isClosed) return;
            isClosed = true;
        }
        pool.stop();
        tcp.close(now);
        udp.close();
        reassembler.clear();
        control.clear();
        pool.close();
        scheduler.deliver();
    }

    private static final int LEAST_ROOM = 2048;
    private static final int NO_NEXT_HEADER = 59;
}
