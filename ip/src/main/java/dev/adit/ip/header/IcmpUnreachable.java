package dev.adit.ip.header;

import dev.adit.ip.bytes.ByteOrders;

import java.lang.foreign.MemorySegment;

/// Builds the ICMP error for a packet that cannot be routed: host unreachable (RFC 792) or address
/// unreachable (RFC 4443 §3.1). Stateless.
///
/// Its source is the unreachable destination itself, because that address is routed into the
/// tunnel; the kernel would not accept it from an address of this host. A platform that sends it in
/// another way gives it another source.
public final class IcmpUnreachable {
    /// Writes the error that answers the valid packet at `offset` to `at` of `out`.
    ///
    /// @return the error's length, at most [#MAX_LENGTH], or 0 when RFC 1122 §3.2.2 or RFC 4443
    ///   §2.4 forbid to answer
    public static int write(
            MemorySegment slab, long offset, int length, MemorySegment out, long at) {
        return (slab.get(ByteOrders.U8, offset) & 0xf0) == 0x60
                ? writeV6(slab, offset, length, out, at)
                : writeV4(slab, offset, length, out, at);
    }

    private static int writeV4(
            MemorySegment slab, long offset, int length, MemorySegment out, long at) {
        int source = slab.get(ByteOrders.BE32, offset + IpPacket.V4_SOURCE);
        int destination = slab.get(ByteOrders.BE32, offset + IpPacket.V4_DESTINATION);
        boolean laterFragment = (slab.get(ByteOrders.BE16, offset + V4_FRAGMENT) & 0x1fff) != 0;
        if (!isHostV4(source) || !isUnicastV4(destination) || laterFragment) return 0;
        int header = (slab.get(ByteOrders.U8, offset) & 15) * 4;
        if (header < IpPacket.V4_HEADER || header > length) return 0;
        if (slab.get(ByteOrders.U8, offset + IpPacket.V4_PROTOCOL) == ICMP
                && (length <= header || isIcmpError(slab.get(ByteOrders.U8, offset + header)))) {
            return 0;
        }

        int quoted = Math.min(length, V4_MAX - IpPacket.V4_HEADER - ICMP_HEADER);
        int total = IpPacket.V4_HEADER + ICMP_HEADER + quoted;
        out.asSlice(at, IpPacket.V4_HEADER + ICMP_HEADER).fill((byte) 0);
        out.set(ByteOrders.U8, at, (byte) 0x45);
        out.set(ByteOrders.U8, at + 1, (byte) INTERNETWORK_CONTROL);
        out.set(ByteOrders.BE16, at + IpPacket.V4_TOTAL_LENGTH, (short) total);
        out.set(ByteOrders.U8, at + V4_TTL, (byte) HOPS);
        out.set(ByteOrders.U8, at + IpPacket.V4_PROTOCOL, (byte) ICMP);
        out.set(ByteOrders.BE32, at + IpPacket.V4_SOURCE, destination);
        out.set(ByteOrders.BE32, at + IpPacket.V4_DESTINATION, source);
        out.set(
                ByteOrders.BE16,
                at + IpPacket.V4_CHECKSUM,
                (short) Checksum.of(out, at, IpPacket.V4_HEADER, 0));
        long icmp = at + IpPacket.V4_HEADER;
        out.set(ByteOrders.U8, icmp, (byte) 3); // destination unreachable
        out.set(ByteOrders.U8, icmp + 1, (byte) 1); // host unreachable
        MemorySegment.copy(slab, offset, out, icmp + ICMP_HEADER, quoted);
        out.set(
                ByteOrders.BE16,
                icmp + ICMP_CHECKSUM,
                (short) Checksum.of(out, icmp, ICMP_HEADER + quoted, 0));
        return total;
    }

    private static boolean isHostV4(int address) {
        return isUnicastV4(address) && address >>> 24 != LOOPBACK_NET;
    }

    /// False for the unspecified, multicast, reserved and broadcast addresses.
    private static boolean isUnicastV4(int address) {
        return address != 0 && (address & 0xf0000000) != 0xe0000000 && (address >>> 28) != 15;
    }

    private static boolean isIcmpError(byte type) {
        return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
    }

    private static int writeV6(
            MemorySegment slab, long offset, int length, MemorySegment out, long at) {
        long sourceHigh = slab.get(ByteOrders.BE64, offset + IpPacket.V6_SOURCE);
        long sourceLow = slab.get(ByteOrders.BE64, offset + IpPacket.V6_SOURCE + 8);
        long destinationHigh = slab.get(ByteOrders.BE64, offset + IpPacket.V6_DESTINATION);
        boolean unspecified = sourceHigh == 0 && sourceLow == 0;
        if (unspecified || sourceHigh >>> 56 == 0xff || destinationHigh >>> 56 == 0xff) return 0;
        if (mayBeIcmpV6Error(slab, offset, length)) return 0;

        int quoted = Math.min(length, MAX_LENGTH - IpPacket.V6_HEADER - ICMP_HEADER);
        int payload = ICMP_HEADER + quoted;
        out.asSlice(at, IpPacket.V6_HEADER + ICMP_HEADER).fill((byte) 0);
        out.set(ByteOrders.U8, at, (byte) 0x60);
        out.set(ByteOrders.BE16, at + IpPacket.V6_PAYLOAD, (short) payload);
        out.set(ByteOrders.U8, at + IpPacket.V6_NEXT_HEADER, (byte) ICMPV6);
        out.set(ByteOrders.U8, at + V6_HOP_LIMIT, (byte) HOPS);
        MemorySegment.copy(
                slab, offset + IpPacket.V6_DESTINATION, out, at + IpPacket.V6_SOURCE, 16);
        MemorySegment.copy(
                slab, offset + IpPacket.V6_SOURCE, out, at + IpPacket.V6_DESTINATION, 16);
        long icmp = at + IpPacket.V6_HEADER;
        out.set(ByteOrders.U8, icmp, (byte) 1); // destination unreachable
        out.set(ByteOrders.U8, icmp + 1, (byte) 3); // address unreachable
        MemorySegment.copy(slab, offset, out, icmp + ICMP_HEADER, quoted);
        long pseudo = Checksum.sum(out, at + IpPacket.V6_SOURCE, 32, payload + ICMPV6);
        out.set(
                ByteOrders.BE16,
                icmp + ICMP_CHECKSUM,
                (short) Checksum.of(out, icmp, payload, pseudo));
        return IpPacket.V6_HEADER + payload;
    }

    /// True for an ICMPv6 error or redirect behind any extension headers, and for a packet that
    /// ends before that is known.
    private static boolean mayBeIcmpV6Error(MemorySegment slab, long offset, int length) {
        int protocol = Ipv6Payload.protocol(slab, offset, length);
        if (protocol < 0) return true;
        if (protocol != ICMPV6) return false;
        int at = Ipv6Payload.offset(slab, offset, length);
        if (at >= length) return true;
        int type = slab.get(ByteOrders.U8, offset + at) & 0xff;
        return type < FIRST_INFORMATIONAL || type == REDIRECT;
    }

    /// Length of the longest error: the smallest MTU of IPv6.
    public static final int MAX_LENGTH = 1280;

    private static final int V4_MAX = 576;
    private static final int V4_FRAGMENT = 6;
    private static final int V4_TTL = 8;
    private static final int V6_HOP_LIMIT = 7;
    private static final int ICMP_HEADER = 8;
    private static final int ICMP_CHECKSUM = 2;
    private static final int ICMP = 1;
    private static final int LOOPBACK_NET = 127;

    private static final int ICMPV6 = 58;
    private static final int FIRST_INFORMATIONAL = 128;
    private static final int REDIRECT = 137;

    private static final int HOPS = 64;
    private static final int INTERNETWORK_CONTROL = 0xc0;

    private IcmpUnreachable() {}
}
