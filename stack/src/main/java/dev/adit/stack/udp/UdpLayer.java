package dev.adit.stack.udp;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.header.Checksum;
import dev.adit.ip.header.IpPacket;
import dev.adit.ip.header.TransportHeader;
import dev.adit.stack.ip.IcmpError;
import dev.adit.stack.ip.IcmpOutput;
import dev.adit.stack.ip.IpHeader;
import dev.adit.stack.ip.LocalAddresses;
import dev.adit.stack.ip.PacketScratch;
import dev.adit.stack.ip.PathMtus;
import dev.adit.stack.ip.PortTable;
import dev.adit.stack.memory.BlockPool;
import dev.adit.stack.schedule.Scheduler;
import dev.adit.stack.socket.RefusedException;
import dev.adit.stack.stats.Counter;
import dev.adit.stack.stats.Counters;

import org.jspecify.annotations.Nullable;

import java.util.random.RandomGenerator;

/// The UDP layer of a stack: opens ports, and hands arriving datagrams and ICMP errors to them.
/// Thread-safe.
public final class UdpLayer {
    final Scheduler scheduler;
    final BlockPool pool;
    final Counters counters;
    final PathMtus pathMtus;
    final LocalAddresses addresses;
    final PortTable<UdpSocket> ports = new PortTable<>();
    private final IcmpOutput icmp;
    private final RandomGenerator random; // guarded by itself

    public UdpLayer(
            Scheduler scheduler,
            BlockPool pool,
            Counters counters,
            PathMtus pathMtus,
            LocalAddresses addresses,
            IcmpOutput icmp,
            RandomGenerator random) {
        this.scheduler = scheduler;
        this.pool = pool;
        this.counters = counters;
        this.pathMtus = pathMtus;
        this.addresses = addresses;
        this.icmp = icmp;
        this.random = random;
    }

    /// A port; as [dev.adit.stack.Stack#open].
    public UdpSocket open(@Nullable IpAddress local, int port) throws RefusedException {
        if (local != null && !addresses.contains(local)) {
            throw new RefusedException(
                    RefusedException.Reason.ADDRESS_NOT_AVAILABLE,
                    local + " is not an own address");
        }
        if (pool.isFull() || ports.size() >= MAX_PORTS) {
            throw new RefusedException(
                    RefusedException.Reason.NO_MEMORY, "the memory budget is used up");
        }
        int tries = port == 0 ? TRIES : 1;
        for (int i = 0; i < tries; i++) {
            UdpSocket socket = new UdpSocket(this, local, port == 0 ? randomPort() : port);
            if (ports.add(socket)) return socket;
        }
        if (port != 0) {
            throw new RefusedException(
                    RefusedException.Reason.ADDRESS_IN_USE, "port " + port + " is in use");
        }
        throw new RefusedException(
                RefusedException.Reason.NO_EPHEMERAL_PORT, "no ephemeral port was found");
    }

    /// RFC 6056 §3.3.1.
    private int randomPort() {
        synchronized (random) {
            return FIRST_PORT + random.nextInt(PORTS);
        }
    }

    /// The identification of a datagram that is cut.
    int fragmentId() {
        synchronized (random) {
            return random.nextInt();
        }
    }

    /// Takes the datagram in `in` to its port.
    public void receive(long now, IpHeader in, PacketScratch scratch) {
        long at = in.payload;
        int length =
                in.payloadLength < TransportHeader.UDP_HEADER
                        ? 0
                        : in.slab.get(ByteOrders.BE16, at + TransportHeader.UDP_LENGTH) & 0xffff;
        if (length < TransportHeader.UDP_HEADER || length > in.payloadLength) {
            counters.count(Counter.BAD_TRANSPORT_HEADER);
            return;
        }
        if (!hasGoodChecksum(in, length)) {
            counters.count(Counter.BAD_CHECKSUM);
            return;
        }
        int from = in.slab.get(ByteOrders.BE16, at) & 0xffff;
        int to = in.slab.get(ByteOrders.BE16, at + 2) & 0xffff;
        UdpSocket socket = ports.lookup(in.v6, in.destinationHigh, in.destinationLow, to);
        if (socket == null || !socket.accepts(in, from)) {
            counters.count(Counter.UDP_NO_PORT);
            icmp.portUnreachable(now, in, scratch);
            return;
        }
        counters.count(Counter.UDP_RECEIVED);
        socket.receive(in, from, length - TransportHeader.UDP_HEADER);
    }

    /// Zero says in IPv4 that there is none (RFC 768), and is wrong in IPv6 (RFC 8200 §8.1).
    private static boolean hasGoodChecksum(IpHeader in, int length) {
        int field = in.slab.get(ByteOrders.BE16, in.payload + TransportHeader.UDP_CHECKSUM);
        if (field == 0) return !in.v6;
        long pseudo = IpPacket.pseudoHeader(in.slab, in.offset, IpPacket.UDP) + length;
        return Checksum.of(in.slab, in.payload, length, pseudo) == 0;
    }

    /// Takes an ICMP error about a datagram to its port.
    public void icmp(long now, IcmpError error) {
        UdpSocket socket = ports.lookup(error.v6, error.localHigh, error.localLow, error.localPort);
        if (socket == null) {
            counters.count(Counter.ICMP_ERROR_UNRELATED);
            return;
        }
        if (error.isPacketTooBig()) {
            IpAddress remote = new IpAddress(error.v6, error.remoteHigh, error.remoteLow);
            pathMtus.lower(now, remote, error.mtu);
        } else {
            socket.icmp(error);
        }
    }

    /// Closes all ports.
    public void close() {
        for (UdpSocket socket : ports.all()) socket.close();
    }

    private static final int FIRST_PORT = 32_768;
    private static final int PORTS = 60_999 - FIRST_PORT + 1;
    private static final int TRIES = 4096;
    private static final int MAX_PORTS = 16_384;
}
