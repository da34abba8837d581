package dev.adit.ip.header;

import dev.adit.ip.bytes.ByteOrders;

import java.lang.foreign.MemorySegment;

/// Offsets and checks of the IP packets inside the tunnel. Stateless.
public final class IpPacket {
    /// The IP version, 4 or 6; 0 when the packet at `offset` is too short for its header or of
    /// another version.
    public static int version(MemorySegment slab, long offset, int length) {
        if (length < V4_HEADER) return 0;
        return switch (slab.get(ByteOrders.U8, offset) >> 4 & 15) {
            case 4 -> 4;
            case 6 -> length >= V6_HEADER ? 6 : 0;
            default -> 0;
        };
    }

    /// The length that the header of the packet at `offset` states, or -1 when the packet is not
    /// valid: another version, shorter than its header, or shorter than it states.
    public static int totalLength(MemorySegment slab, long offset, int length) {
        int total =
                switch (version(slab, offset, length)) {
                    case 4 -> slab.get(ByteOrders.BE16, offset + V4_TOTAL_LENGTH) & 0xffff;
                    case 6 -> V6_HEADER + (slab.get(ByteOrders.BE16, offset + V6_PAYLOAD) & 0xffff);
                    default -> -1;
                };
        return total > length || total < V4_HEADER ? -1 : total;
    }

    /// The TOS of an IPv4 packet or the traffic class of an IPv6 packet, 0 to 255. The packet must
    /// be valid.
    public static int trafficClass(MemorySegment slab, long offset) {
        int first = slab.get(ByteOrders.BE16, offset) & 0xffff;
        return first >> 12 == 4 ? first & 0xff : first >> 4 & 0xff;
    }

    /// True for a packet of version 6, false for one of version 4. The packet must be valid.
    public static boolean isV6(MemorySegment slab, long offset) {
        return (slab.get(ByteOrders.U8, offset) & 0xf0) == 0x60;
    }

    /// The sum of the pseudo header of TCP or UDP (RFC 9293 §3.1, RFC 8200 §8.1) without its
    /// length, which the caller adds. The packet must be valid.
    public static long pseudoHeader(MemorySegment slab, long offset, int protocol) {
        return isV6(slab, offset)
                ? Checksum.sum(slab, offset + V6_SOURCE, 32, protocol)
                : Checksum.sum(slab, offset + V4_SOURCE, 8, protocol);
    }

    /// Writes the checksum of an IPv4 header that is `bytes` bytes long.
    public static void setV4Checksum(MemorySegment slab, long offset, int bytes) {
        slab.set(ByteOrders.BE16, offset + V4_CHECKSUM, (short) 0);
        slab.set(
                ByteOrders.BE16, offset + V4_CHECKSUM, (short) Checksum.of(slab, offset, bytes, 0));
    }

    public static final int TCP = 6;
    public static final int UDP = 17;

    public static final int V4_HEADER = 20;
    public static final int V4_TOTAL_LENGTH = 2;
    public static final int V4_ID = 4;
    public static final int V4_FRAGMENT = 6;
    public static final int V4_TTL = 8;
    public static final int V4_PROTOCOL = 9;
    public static final int V4_CHECKSUM = 10;
    public static final int V4_SOURCE = 12;
    public static final int V4_DESTINATION = 16;

    public static final int V6_HEADER = 40;
    public static final int V6_PAYLOAD = 4;
    public static final int V6_NEXT_HEADER = 6;
    public static final int V6_SOURCE = 8;
    public static final int V6_DESTINATION = 24;

    private IpPacket() {}
}
