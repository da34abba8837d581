package dev.adit.protocol.wire;

import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.header.IpPacket;

import java.lang.foreign.MemorySegment;

/// Uses hop limits to end routing loops through several tunnels of a host: each tunnel seals the
/// messages of the one before it, so no packet looks like one that was there before. Stateless.
///
/// A WireGuard message that enters a tunnel as a packet passes its hop limit, less [#STEP], on to
/// the datagram that carries it, so that it dies after a few rounds. All other packets start with
/// the system's hop limit.
public final class Nesting {
    /// The hop limit for the datagram that is to carry the valid packet at `offset`: 0 for the
    /// system's own, or [#EXHAUSTED] when the packet must not be carried.
    public static int hopLimit(MemorySegment slab, long offset, int length) {
        return IpPacket.isV6(slab, offset)
                ? hopLimitV6(slab, offset, length)
                : hopLimitV4(slab, offset, length);
    }

    private static int hopLimitV4(MemorySegment slab, long offset, int length) {
        if (slab.get(ByteOrders.U8, offset + IpPacket.V4_PROTOCOL) != IpPacket.UDP) return 0;
        boolean later = (slab.get(ByteOrders.BE16, offset + IpPacket.V4_FRAGMENT) & 0x1fff) != 0;
        int header = (slab.get(ByteOrders.U8, offset) & 15) * 4;
        if (!later && !isMessage(slab, offset + header, length - header)) return 0;
        return less(slab.get(ByteOrders.U8, offset + IpPacket.V4_TTL) & 0xff);
    }

    private static int hopLimitV6(MemorySegment slab, long offset, int length) {
        int next = slab.get(ByteOrders.U8, offset + IpPacket.V6_NEXT_HEADER);
        int header = IpPacket.V6_HEADER;
        boolean later = false;
        if (next == FRAGMENT && length >= header + FRAGMENT_HEADER) {
            next = slab.get(ByteOrders.U8, offset + header);
            later = (slab.get(ByteOrders.BE16, offset + header + 2) & 0xfff8) != 0;
            header += FRAGMENT_HEADER;
        }
        if (next != IpPacket.UDP) return 0;
        if (!later && !isMessage(slab, offset + header, length - header)) return 0;
        return less(slab.get(ByteOrders.U8, offset + V6_HOP_LIMIT) & 0xff);
    }

    /// True when the payload of the UDP packet at `offset` begins like a message.
    private static boolean isMessage(MemorySegment slab, long offset, int length) {
        if (length < UDP_HEADER + Integer.BYTES) return false;
        int type = slab.get(ByteOrders.LE32, offset + UDP_HEADER);
        return type >= Message.INITIATION && type <= Message.TRANSPORT_DATA;
    }

    private static int less(int hops) {
        return hops <= LEAST ? EXHAUSTED : Math.min(hops, USUAL) - STEP;
    }

    /// Says that the packet has passed through too many tunnels.
    public static final int EXHAUSTED = -1;

    /// The hop limit that each tunnel uses up.
    static final int STEP = 6;

    /// Messages with a lower hop limit are not carried. Those of distant hosts still have more: no
    /// path is much longer than 30 hops.
    static final int LEAST = 8;

    private static final int USUAL = 64;
    private static final int UDP_HEADER = 8;
    private static final int FRAGMENT = 44;
    private static final int FRAGMENT_HEADER = 8;
    private static final int V6_HOP_LIMIT = 7;

    private Nesting() {}
}
