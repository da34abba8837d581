package dev.adit.os.linux;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.header.IpPacket;
import dev.adit.ip.header.Ipv6Payload;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/// A tuple by which connection tracking identifies one direction of a flow. Immutable.
///
/// @param first the source port, or the type of an ICMP query
/// @param second the destination port, or the identifier of an ICMP query
record ConntrackTuple(
        IpAddress source, IpAddress destination, int protocol, int first, int second) {
    /// The numbers that a protocol has beside the addresses.
    enum Kind {
        PORTS,
        ICMP,
        ICMPV6,
        OTHER
    }

    /// The tuple of what answers the packet at `offset`, or null when the packet has none: it is no
    /// query, it is no first fragment, or its headers are not all there.
    static @Nullable ConntrackTuple ofAnswer(MemorySegment memory, long offset, int length) {
        return switch (IpPacket.version(memory, offset, length)) {
            case 4 -> ofAnswerV4(memory, offset, length);
            case 6 -> ofAnswerV6(memory, offset, length);
            default -> null;
        };
    }

    private static @Nullable ConntrackTuple ofAnswerV4(
            MemorySegment memory, long offset, int length) {
        boolean later = (memory.get(ByteOrders.BE16, offset + IpPacket.V4_FRAGMENT) & 0x1fff) != 0;
        if (later) return null;
        IpAddress source = v4(memory, offset + IpPacket.V4_SOURCE);
        IpAddress destination = v4(memory, offset + IpPacket.V4_DESTINATION);
        int header = (memory.get(ByteOrders.U8, offset) & 15) * 4;
        int protocol = memory.get(ByteOrders.U8, offset + IpPacket.V4_PROTOCOL) & 0xff;
        return ofAnswer(source, destination, protocol, memory, offset + header, length - header);
    }

    private static @Nullable ConntrackTuple ofAnswerV6(
            MemorySegment memory, long offset, int length) {
        int at = Ipv6Payload.offset(memory, offset, length);
        int protocol = Ipv6Payload.protocol(memory, offset, length);
        if (at < 0 || protocol == Ipv6Payload.FRAGMENT) return null;
        IpAddress source = v6(memory, offset + IpPacket.V6_SOURCE);
        IpAddress destination = v6(memory, offset + IpPacket.V6_DESTINATION);
        return ofAnswer(source, destination, protocol, memory, offset + at, length - at);
    }

    private static IpAddress v4(MemorySegment memory, long at) {
        return IpAddress.v4(memory.get(ByteOrders.BE32, at));
    }

    private static IpAddress v6(MemorySegment memory, long at) {
        return IpAddress.v6(
                memory.get(ByteOrders.BE64, at), memory.get(ByteOrders.BE64, at + Long.BYTES));
    }

    private static @Nullable ConntrackTuple ofAnswer(
            IpAddress source,
            IpAddress destination,
            int protocol,
            MemorySegment memory,
            long at,
            int length) {
        int first = 0;
        int second = 0;
        Kind kind = kind(protocol);
        switch (kind) {
            case PORTS -> {
                if (length < PORTS_BYTES) return null;
                first = memory.get(ByteOrders.BE16, at + 2) & 0xffff;
                second = memory.get(ByteOrders.BE16, at) & 0xffff;
            }
            case ICMP, ICMPV6 -> {
                if (length < ICMP_BYTES) return null;
                first = answerType(memory.get(ByteOrders.U8, at) & 0xff, kind == Kind.ICMPV6);
                if (first < 0) return null;
                second = memory.get(ByteOrders.BE16, at + ICMP_IDENTIFIER) & 0xffff;
            }
            case OTHER -> {}
        }
        return new ConntrackTuple(
                /* source= */ destination, /* destination= */ source, protocol, first, second);
    }

    private static Kind kind(int protocol) {
        return switch (protocol) {
            case IpPacket.TCP, IpPacket.UDP, DCCP, SCTP, UDP_LITE -> Kind.PORTS;
            case ICMP -> Kind.ICMP;
            case ICMPV6 -> Kind.ICMPV6;
            default -> Kind.OTHER;
        };
    }

    /// The type that answers an ICMP query, or -1 for what is none.
    private static int answerType(int type, boolean v6) {
        if (v6) {
            return switch (type) {
                case 128, 139 -> type + 1; // echo, node information
                case 129, 140 -> type - 1;
                default -> -1;
            };
        }
        return switch (type) {
            case 8 -> 0; // echo
            case 0 -> 8;
            case 13, 15, 17 -> type + 1; // timestamp, information, address mask
            case 14, 16, 18 -> type - 1;
            default -> -1;
        };
    }

    boolean v6() {
        return source.v6();
    }

    Kind kind() {
        return kind(protocol);
    }

    int sourcePort() {
        return first;
    }

    int destinationPort() {
        return second;
    }

    int icmpType() {
        return first;
    }

    int icmpIdentifier() {
        return second;
    }

    private static final int ICMP = 1;
    private static final int DCCP = 33;
    private static final int ICMPV6 = 58;
    private static final int SCTP = 132;
    private static final int UDP_LITE = 136;
    private static final int PORTS_BYTES = 4;
    private static final int ICMP_BYTES = 8;
    private static final int ICMP_IDENTIFIER = 4;
}
