package dev.adit.ip.header;

import dev.adit.ip.bytes.ByteOrders;

import java.lang.foreign.MemorySegment;

/// A packet that may be merged with others: its header fields that matter for that, and the group
/// of packets that starts with it. Confined to its [Coalescer].
final class GroFlow {
    boolean v6;
    int protocol;
    int transport; // offset of its header in the packet
    int headers; // bytes of all headers
    int segmentSize; // bytes of payload

    private int at;
    private int length;
    private int ports;
    private int sequence;
    private int id;
    private boolean dontFragment;
    private boolean push;

    // The group.
    int first;
    int last;
    int packets;
    boolean growing;
    private int payload;
    private boolean pushed;

    /// Reads the packet at `at`. Returns false when it cannot be merged with any other; it may
    /// belong to a flow nevertheless.
    boolean read(MemorySegment slab, int at, int length) {
        this.at = at;
        this.length = length;
        protocol = 0;
        packets = 1;
        v6 = IpPacket.isV6(slab, at);
        boolean plain = v6 ? readV6(slab) : readV4(slab);
        int minimum =
                protocol == IpPacket.TCP ? TransportHeader.TCP_HEADER : TransportHeader.UDP_HEADER;
        if (!isFlow() || length < transport + minimum) {
            protocol = 0;
            return false;
        }
        ports = slab.get(ByteOrders.BE32, at + transport);
        boolean data = protocol == IpPacket.TCP ? readTcp(slab) : readUdp(slab);
        segmentSize = payload = length - headers;
        pushed = push;
        return plain && data && segmentSize > 0;
    }

    private boolean readV4(MemorySegment slab) {
        int fragment = slab.get(ByteOrders.BE16, at + IpPacket.V4_FRAGMENT) & 0xffff;
        // A fragment has no ports, or not the whole of the payload behind them.
        if ((slab.get(ByteOrders.U8, at) & 15) != 5 || (fragment & FRAGMENTED) != 0) return false;
        transport = IpPacket.V4_HEADER;
        int found = slab.get(ByteOrders.U8, at + IpPacket.V4_PROTOCOL) & 0xff;
        if (found == IpPacket.TCP || found == IpPacket.UDP) protocol = found;
        id = slab.get(ByteOrders.BE16, at + IpPacket.V4_ID) & 0xffff;
        dontFragment = (fragment & DONT_FRAGMENT) != 0;
        return true;
    }

    private boolean readV6(MemorySegment slab) {
        transport = IpPacket.V6_HEADER;
        int found = slab.get(ByteOrders.U8, at + IpPacket.V6_NEXT_HEADER) & 0xff;
        if (found == IpPacket.TCP || found == IpPacket.UDP) protocol = found;
        return true;
    }

    private boolean readTcp(MemorySegment slab) {
        long tcp = (long) at + transport;
        int flags = slab.get(ByteOrders.U8, tcp + TransportHeader.TCP_FLAGS);
        int bytes = (slab.get(ByteOrders.U8, tcp + TransportHeader.TCP_DATA_OFFSET) >> 4 & 15) * 4;
        headers = transport + bytes;
        sequence = slab.get(ByteOrders.BE32, tcp + TransportHeader.TCP_SEQUENCE);
        push = (flags & TransportHeader.PSH) != 0;
        return bytes >= TransportHeader.TCP_HEADER
                && headers <= length
                && (flags & ~TransportHeader.PSH) == TransportHeader.ACK;
    }

    private boolean readUdp(MemorySegment slab) {
        long udp = (long) at + transport;
        headers = transport + TransportHeader.UDP_HEADER;
        push = false;
        int stated = slab.get(ByteOrders.BE16, udp + TransportHeader.UDP_LENGTH) & 0xffff;
        return stated == length - transport
                && slab.get(ByteOrders.BE16, udp + TransportHeader.UDP_CHECKSUM) != 0;
    }

    /// True when the packet has ports.
    boolean isFlow() {
        return protocol != 0;
    }

    boolean sameFlow(MemorySegment slab, GroFlow other) {
        if (ports != other.ports || protocol != other.protocol || v6 != other.v6) return false;
        int addresses = v6 ? IpPacket.V6_SOURCE : IpPacket.V4_SOURCE;
        int end = addresses + (v6 ? 32 : 8);
        for (int i = addresses; i < end; i += 8) {
            if (slab.get(ByteOrders.LE64, at + i) != slab.get(ByteOrders.LE64, other.at + i))
                return false;
        }
        return true;
    }

    /// True when `other`, of the same flow, can be the next packet of this group.
    boolean isContinuedBy(MemorySegment slab, GroFlow other) {
        boolean fits =
                !pushed
                        && payload == packets * segmentSize
                        && other.segmentSize <= segmentSize
                        && other.headers == headers
                        && headers + payload + other.segmentSize <= MAX_LENGTH
                        && packets < (protocol == IpPacket.TCP ? MAX_TCP : MAX_UDP);
        return fits
                && sameIpHeader(slab, other)
                && (protocol == IpPacket.UDP || sameTcpHeader(slab, other));
    }

    private boolean sameIpHeader(MemorySegment slab, GroFlow other) {
        if (v6) {
            return slab.get(ByteOrders.LE32, at) == slab.get(ByteOrders.LE32, other.at)
                    && slab.get(ByteOrders.U8, at + V6_HOP_LIMIT)
                            == slab.get(ByteOrders.U8, other.at + V6_HOP_LIMIT);
        }
        // Where fragmenting is forbidden, the identification has no meaning (RFC 6864 §4.1).
        boolean inOrder = other.id == (id + packets & 0xffff);
        return slab.get(ByteOrders.U8, at + V4_TOS) == slab.get(ByteOrders.U8, other.at + V4_TOS)
                && slab.get(ByteOrders.U8, at + IpPacket.V4_TTL)
                        == slab.get(ByteOrders.U8, other.at + IpPacket.V4_TTL)
                && dontFragment == other.dontFragment
                && (dontFragment || inOrder);
    }

    private boolean sameTcpHeader(MemorySegment slab, GroFlow other) {
        long tcp = (long) at + transport, others = (long) other.at + transport;
        if (other.sequence != sequence + payload
                || !same(slab, tcp, others, TransportHeader.TCP_ACKNOWLEDGEMENT)
                || ((slab.get(ByteOrders.BE32, tcp + TransportHeader.TCP_DATA_OFFSET)
                                        ^ slab.get(
                                                ByteOrders.BE32,
                                                others + TransportHeader.TCP_DATA_OFFSET))
                                & ~PSH_OF_WORD)
                        != 0
                || slab.get(ByteOrders.BE16, tcp + TransportHeader.TCP_URGENT)
                        != slab.get(ByteOrders.BE16, others + TransportHeader.TCP_URGENT)) {
            return false;
        }
        for (int i = TransportHeader.TCP_HEADER; i < headers - transport; i += 4) {
            if (!same(slab, tcp, others, i)) return false;
        }
        return true;
    }

    private static boolean same(MemorySegment slab, long one, long other, int i) {
        return slab.get(ByteOrders.LE32, one + i) == slab.get(ByteOrders.LE32, other + i);
    }

    /// True when the checksums of the packet are right.
    boolean isValid(MemorySegment slab) {
        if (!v6 && Checksum.of(slab, at, transport, 0) != 0) return false;
        int bytes = length - transport;
        long pseudoHeader = IpPacket.pseudoHeader(slab, at, protocol) + bytes;
        return Checksum.of(slab, (long) at + transport, bytes, pseudoHeader) == 0;
    }

    /// Appends `other`, the next packet of the group.
    void append(GroFlow other) {
        packets++;
        payload += other.segmentSize;
        pushed = other.push;
    }

    /// Makes this the headers of the whole group.
    void merge(MemorySegment slab) {
        setHeaders(slab, headers + payload, pushed);
        long pseudoHeader = IpPacket.pseudoHeader(slab, at, protocol);
        int sum = Checksum.fold(pseudoHeader + headers - transport + payload);
        slab.set(ByteOrders.BE16, at + checksumField(), (short) sum);
    }

    /// Makes this the headers of the first packet again.
    void split(MemorySegment slab) {
        setHeaders(slab, length, push);
        int bytes = length - transport;
        slab.set(ByteOrders.BE16, at + checksumField(), (short) 0);
        long pseudoHeader = IpPacket.pseudoHeader(slab, at, protocol) + bytes;
        int sum = Checksum.of(slab, (long) at + transport, bytes, pseudoHeader);
        if (sum == 0 && protocol == IpPacket.UDP) sum = 0xffff;
        slab.set(ByteOrders.BE16, at + checksumField(), (short) sum);
    }

    private void setHeaders(MemorySegment slab, int total, boolean push) {
        if (v6) {
            int bytes = total - IpPacket.V6_HEADER;
            slab.set(ByteOrders.BE16, at + IpPacket.V6_PAYLOAD, (short) bytes);
        } else {
            slab.set(ByteOrders.BE16, at + IpPacket.V4_TOTAL_LENGTH, (short) total);
            IpPacket.setV4Checksum(slab, at, transport);
        }
        long field = (long) at + transport;
        if (protocol == IpPacket.UDP) {
            slab.set(
                    ByteOrders.BE16,
                    field + TransportHeader.UDP_LENGTH,
                    (short) (total - transport));
        } else {
            int flags = TransportHeader.ACK | (push ? TransportHeader.PSH : 0);
            slab.set(ByteOrders.U8, field + TransportHeader.TCP_FLAGS, (byte) flags);
        }
    }

    private long checksumField() {
        return transport
                + (protocol == IpPacket.TCP
                        ? TransportHeader.TCP_CHECKSUM
                        : TransportHeader.UDP_CHECKSUM);
    }

    void copy(GroFlow other) {
        v6 = other.v6;
        protocol = other.protocol;
        transport = other.transport;
        headers = other.headers;
        segmentSize = other.segmentSize;
        at = other.at;
        length = other.length;
        ports = other.ports;
        sequence = other.sequence;
        id = other.id;
        dontFragment = other.dontFragment;
        push = other.push;
        packets = other.packets;
        payload = other.payload;
        pushed = other.pushed;
    }

    private static final int MAX_LENGTH = 65_535;
    private static final int MAX_TCP = 128;
    private static final int MAX_UDP = 64; // the kernel cuts no more
    private static final int DONT_FRAGMENT = 0x4000;
    private static final int FRAGMENTED = 0xbfff; // more fragments, or an offset

    // The bits of data offset, reserved bits, flags and window that may differ within a group.
    // AccECN counts with one of the reserved bits (RFC 9768).
    private static final int PSH_OF_WORD = TransportHeader.PSH << 16;
    private static final int V4_TOS = 1;
    private static final int V6_HOP_LIMIT = 7;
}
