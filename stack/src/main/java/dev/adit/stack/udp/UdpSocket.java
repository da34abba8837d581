package dev.adit.stack.udp;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.header.Checksum;
import dev.adit.ip.header.IpPacket;
import dev.adit.ip.header.TransportHeader;
import dev.adit.stack.ip.IcmpError;
import dev.adit.stack.ip.IpHeader;
import dev.adit.stack.ip.PortTable;
import dev.adit.stack.memory.RecordQueue;
import dev.adit.stack.schedule.PacketWriter;
import dev.adit.stack.schedule.Schedulable;
import dev.adit.stack.socket.RefusedException;
import dev.adit.stack.socket.StackEvents;
import dev.adit.stack.socket.UdpPort;
import dev.adit.stack.stats.Counter;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// A UDP port with a queue of 256 KiB in each direction. Thread-safe.
public final class UdpSocket extends Schedulable implements UdpPort, PortTable.Bound {
    private final UdpLayer context;
    private final @Nullable IpAddress address;
    private final int port;
    private final Object monitor = new Object(); // guards the following
    private final RecordQueue received;
    private final RecordQueue toSend;
    private final DatagramWriter writer;
    private @Nullable IpAddress remote; // the peer of a connected port, or null
    private int remotePort;
    private int trafficClass;
    private int error;
    private boolean isBlocked;
    private boolean isClosed;
    private int news;

    UdpSocket(UdpLayer context, @Nullable IpAddress address, int port) {
        this.context = context;
        this.address = address;
        this.port = port;
        received = new RecordQueue(context.pool, MAX_DATAGRAMS, MAX_BYTES);
        toSend = new RecordQueue(context.pool, MAX_DATAGRAMS, MAX_BYTES);
        writer = new DatagramWriter(context, toSend);
    }

    @Override
    public @Nullable IpAddress address() {
        return address;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void connect(@Nullable IpAddress peer, int peerPort) throws RefusedException {
        if (peer != null) checkDestination(peer, peerPort);
        synchronized (monitor) {
            remote = peer;
            remotePort = peerPort;
            error = 0;
        }
    }

    @Override
    public void trafficClass(int value) {
        if (value < 0 || value > 0xff) throw new IllegalArgumentException("class " + value);
        synchronized (monitor) {
            trafficClass = value;
        }
    }

    private IpAddress checkDestination(IpAddress to, int toPort) throws RefusedException {
        int first = (int) (to.high() >>> 56);
        boolean isMulticast = to.v6() ? first == 0xff : first >= 224;
        boolean isUnspecified = to.v6() ? (to.high() | to.low()) == 0 : first == 0;
        if (toPort <= 0 || toPort > 0xffff || isMulticast || isUnspecified) {
            throw new RefusedException(
                    RefusedException.Reason.BAD_DESTINATION, "no datagram can go to " + to);
        }
        IpAddress source = address != null ? address : context.addresses.sourceFor(to);
        if (source == null || source.v6() != to.v6()) {
            throw new RefusedException(
                    RefusedException.Reason.ADDRESS_NOT_AVAILABLE,
                    "no own address of the family of " + to);
        }
        return source;
    }

    @Override
    public boolean send(
            long now, @Nullable IpAddress to, int toPort, MemorySegment from, long at, int bytes)
            throws RefusedException {
        boolean added;
        synchronized (monitor) {
            IpAddress destination = to != null ? to : remote;
            int destinationPort = to != null ? toPort : remotePort;
            if (isClosed || destination == null) {
                throw new RefusedException(
                        isClosed
                                ? RefusedException.Reason.CLOSED
                                : RefusedException.Reason.BAD_DESTINATION,
                        isClosed ? "the port is closed" : "the port is not connected");
            }
            checkDestination(destination, destinationPort);
            int most =
                    0xffff
                            - TransportHeader.UDP_HEADER
                            - (destination.v6() ? 0 : IpPacket.V4_HEADER);
            if (bytes > most) {
                throw new RefusedException(
                        RefusedException.Reason.BAD_DESTINATION,
                        "a datagram has at most " + most + " bytes");
            }
            long sum = Checksum.sum(from, at, bytes, 0);
            long third = sum << 32 | (destination.v6() ? V6 : 0) | destinationPort;
            third |= (long) trafficClass << TRAFFIC_CLASS;
            added = toSend.add(from, at, bytes, destination.high(), destination.low(), third);
            if (!added) isBlocked = true;
        }
        if (added) context.scheduler.readyData(this);
        context.scheduler.deliver();
        return added;
    }

    @Override
    public int receive(MemorySegment to, long at, int bytes, Source source) {
        synchronized (monitor) {
            if (received.isEmpty()) return -1;
            int length = received.length(), n = Math.min(length, bytes);
            long third = received.fact(2);
            source.set(
                    (third & V6) != 0,
                    received.fact(0),
                    received.fact(1),
                    (int) third & 0xffff,
                    length);
            received.copy(0, to, at, n);
            received.remove();
            return n;
        }
    }

    @Override
    public int takeError() {
        synchronized (monitor) {
            int taken = error;
            error = 0;
            return taken;
        }
    }

    @Override
    public boolean isReadable() {
        synchronized (monitor) {
            return !received.isEmpty() || error != 0;
        }
    }

    @Override
    public boolean isWritable() {
        synchronized (monitor) {
            return !isBlocked || isClosed;
        }
    }

    /// True when a datagram from there is for this port: it is not connected, or to that peer.
    boolean accepts(IpHeader in, int fromPort) {
        synchronized (monitor) {
            if (isClosed) return false;
            return remote == null || isRemote(remote, in.v6, in.sourceHigh, in.sourceLow, fromPort);
        }
    }

    private boolean isRemote(IpAddress remote, boolean v6, long high, long low, int fromPort) {
        return remotePort == fromPort
                && remote.v6() == v6
                && remote.high() == high
                && remote.low() == low;
    }

    /// Queues a datagram of `length` bytes behind its header.
    void receive(IpHeader in, int fromPort, int length) {
        boolean added;
        synchronized (monitor) {
            if (isClosed) return;
            long at = in.payload + TransportHeader.UDP_HEADER;
            long third = (in.v6 ? V6 : 0) | fromPort;
            added = received.add(in.slab, at, length, in.sourceHigh, in.sourceLow, third);
            if (added) news |= READABLE;
        }
        if (added) context.scheduler.news(this);
        else context.counters.count(Counter.UDP_QUEUE_FULL);
    }

    void icmp(IcmpError e) {
        synchronized (monitor) {
            boolean isOurs =
                    remote != null
                            && isRemote(remote, e.v6, e.remoteHigh, e.remoteLow, e.remotePort);
            if (isClosed || !isOurs) {
                context.counters.count(Counter.ICMP_ERROR_UNRELATED);
                return;
            }
            error = e.number();
            news |= READABLE;
        }
        context.scheduler.news(this);
    }

    @Override
    protected boolean transmit(long now, PacketWriter out) {
        synchronized (monitor) {
            for (int i = 0; i < BURST && !toSend.isEmpty(); i++) {
                IpAddress to =
                        new IpAddress((toSend.fact(2) & V6) != 0, toSend.fact(0), toSend.fact(1));
                IpAddress source = address != null ? address : context.addresses.sourceFor(to);
                Objects.requireNonNull(source); // as `send` has checked
                if (!writer.write(now, out, source, port, to, (int) toSend.fact(2) & 0xffff)) {
                    return true;
                }
                toSend.remove();
                context.counters.count(Counter.UDP_SENT);
            }
            if (isBlocked && toSend.size() <= MAX_DATAGRAMS / 2) {
                isBlocked = false;
                news |= WRITABLE;
                context.scheduler.news(this);
            }
            return !toSend.isEmpty();
        }
    }

    @Override
    protected void deliver(StackEvents events) {
        int kinds;
        synchronized (monitor) {
            kinds = news;
            news = 0;
        }
        if ((kinds & READABLE) != 0) events.readable((UdpPort) this);
        if ((kinds & WRITABLE) != 0) events.writable((UdpPort) this);
    }

    @Override
    public void close() {
        synchronized (monitor) {
            isClosed = true;
            received.clear();
            toSend.clear();
        }
        context.ports.remove(this);
    }

    private static final long V6 = 1L << 16; // in the third fact, above the port
    static final int TRAFFIC_CLASS = 17; // the lowest of its eight bits, above that
    private static final int READABLE = 1;
    private static final int WRITABLE = 2;
    private static final int MAX_DATAGRAMS = 1024;
    private static final int MAX_BYTES = 256 << 10;
    private static final int BURST = 16;
}
