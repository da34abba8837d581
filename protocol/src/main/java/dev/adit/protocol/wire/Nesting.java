package dev.adit.protocol.wire;

import dev.adit.ip.bytes.Bytes;
import dev.adit.ip.header.IpPacket;

import java.lang.foreign.MemorySegment;

/// Ends routing loops that lead through several tunnels of a host: each seals what the one before
/// it has sealed, so no packet looks like one that was there before. Stateless.
///
/// A WireGuard message that goes into a tunnel as a packet hands its hop limit on to the datagram
/// that carries it, less [#STEP], so that it comes to an end after some rounds. All other packets
/// start with the system's hop limit.
public final class Nesting {
    /// The hop limit of the datagram that is to carry the valid packet at `offset`: 0 for the
    /// system's own, or [#EXHAUSTED] when the packet is not to be carried.
    public static int hopLimit(MemorySegment slab, long offset, int length) {
        return IpPacket.isV6(slab, offset)
                ? hopLimitV6(slab, offset, length)
                : hopLimitV4(slab, offset, length);
    }

    private static int hopLimitV4(MemorySegment slab, long offset, int length) {
        if (slab.get(Bytes.U8, offset + IpPacket.V4_PROTOCOL) != IpPacket.UDP) return 0;
        boolean later = (slab.get(Bytes.BE16, offset + IpPacket.V4_FRAGMENT) & 0x1fff) != 0;
        int header = (slab.get(Bytes.U8, offset) & 15) * 4;
        if (!later && !isMessage(slab, offset + header, length - header)) return 0;
        return less(slab.get(Bytes.U8, offset + IpPacket.V4_TTL) & 0xff);
    }

    private static int hopLimitV6(MemorySegment slab, long offset, int length) {
        int next = slab.get(Bytes.U8, offset + IpPacket.V6_NEXT_HEADER);
        int header = IpPacket.V6_HEADER;
        boolean later = false;
        if (next == FRAGMENT && length >= header + FRAGMENT_HEADER) {
            next = slab.get(Bytes.U8, offset + header);
            later = (slab.get(Bytes.BE16, offset + header + 2) & 0xfff8) != 0;
            header += FRAGMENT_HEADER;
        }
        if (next != IpPacket.UDP) return 0;
        if (!later && !isMessage(slab, offset + header, length - header)) return 0;
        return less(slab.get(Bytes.U8, offset + V6_HOP_LIMIT) & 0xff);
    }

    /// True when the payload of the UDP packet at `offset` begins like a message.
    private static boolean isMessage(MemorySegment slab, long offset, int length) {
        if (length < UDP_HEADER + Integer.BYTES) return false;
        int type = slab.get(Bytes.LE32, offset + UDP_HEADER);
        return type >= Message.INITIATION && type <= Message.TRANSPORT_DATA;
    }

    private static int less(int hops) {
        return hops <= LEAST ? EXHAUSTED : Math.min(hops, USUAL) - STEP;
    }

    /// The packet has been through too many tunnels.
    public static final int EXHAUSTED = -1;

    /// What each tunnel takes.
    static final int STEP = 6;

    /// Messages with no more are not carried. Those of hosts that are far away have more: no way is
    /// much longer than 30 hops.
    static final int LEAST = 8;

    private static final int USUAL = 64;
    private static final int UDP_HEADER = 8;
    private static final int FRAGMENT = 44;
    private static final int FRAGMENT_HEADER = 8;
    private static final int V6_HOP_LIMIT = 7;

    private Nesting() {}
}
