package dev.adit.ip.header;

import dev.adit.ip.bytes.ByteOrders;

import java.lang.foreign.MemorySegment;

/// Finds the payload of an IPv6 packet behind its extension headers (RFC 8200 §4). Stateless.
public final class Ipv6Payload {
    /// The protocol of the payload of the valid packet at `offset`, or -1 when the packet ends
    /// before that is known. Of a later fragment it is [#FRAGMENT].
    public static int protocol(MemorySegment slab, long offset, int length) {
        long found = find(slab, offset, length);
        return found < 0 ? -1 : (int) (found >>> Integer.SIZE);
    }

    /// Where the payload begins, in bytes from the beginning of the packet, which may be behind its
    /// end; or -1 when the packet ends before that is known.
    public static int offset(MemorySegment slab, long offset, int length) {
        return (int) find(slab, offset, length);
    }

    /// The protocol in the upper half, the place in the lower one.
    private static long find(MemorySegment slab, long offset, int length) {
        int header = slab.get(ByteOrders.U8, offset + IpPacket.V6_NEXT_HEADER) & 0xff;
        int at = IpPacket.V6_HEADER;
        while (isExtension(header)) {
            if (length - at < UNIT) return -1;
            int fragment = slab.get(ByteOrders.BE16, offset + at + 2) & FRAGMENT_OFFSET;
            if (header == FRAGMENT && fragment != 0) break;
            int units = slab.get(ByteOrders.U8, offset + at + 1) & 0xff;
            int bytes =
                    switch (header) {
                        case FRAGMENT -> UNIT;
                        case AUTHENTICATION -> (units + 2) * 4;
                        default -> (units + 1) * UNIT;
                    };
            header = slab.get(ByteOrders.U8, offset + at) & 0xff;
            at += bytes;
        }
        return (long) header << Integer.SIZE | at;
    }

    private static boolean isExtension(int header) {
        return header == HOP_BY_HOP
                || header == ROUTING
                || header == FRAGMENT
                || header == AUTHENTICATION
                || header == DESTINATION_OPTIONS;
    }

    /// The number of the header of a fragment.
    public static final int FRAGMENT = 44;

    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int AUTHENTICATION = 51;
    private static final int DESTINATION_OPTIONS = 60;
    private static final int UNIT = 8;
    private static final int FRAGMENT_OFFSET = 0xfff8;

    private Ipv6Payload() {}
}
