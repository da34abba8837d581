package dev.adit.protocol.wire;

import java.lang.foreign.MemorySegment;

/// Explicit congestion notification through the tunnel (RFC 6040, as the kernel does it).
/// Stateless.
public final class Ecn {
    /// The outer traffic class for a packet of traffic class `inner`: its ECN field, and nothing of
    /// its DSCP. A packet that met congestion before the tunnel starts the tunnel as ECT(0).
    public static int encapsulate(int inner) {
        int ecn = inner & MASK;
        return ecn == CE ? ECT_0 : ecn;
    }

    /// Marks the packet at `offset` if congestion was met on the way and it is capable of being
    /// told so. The packet must be valid.
    public static void decapsulate(int outer, MemorySegment slab, long offset) {
        if ((outer & MASK) != CE) return;
        int inner = IpPacket.trafficClass(slab, offset) & MASK;
        if (inner == 0 || inner == CE) return;
        if ((slab.get(Bytes.U8, offset) & 0xf0) == 0x60) markV6(slab, offset);
        else markV4(slab, offset, inner);
    }

    private static void markV4(MemorySegment slab, long offset, int inner) {
        slab.set(Bytes.U8, offset + 1, (byte) (slab.get(Bytes.U8, offset + 1) | CE));
        // RFC 1624: HC' = ~(~HC + ~m + m'), where the word grew by CE - inner.
        int sum = ~slab.get(Bytes.BE16, offset + IpPacket.V4_CHECKSUM) & 0xffff;
        sum += CE - inner;
        sum = (sum & 0xffff) + (sum >> 16);
        slab.set(Bytes.BE16, offset + IpPacket.V4_CHECKSUM, (short) ~sum);
    }

    private static void markV6(MemorySegment slab, long offset) {
        slab.set(Bytes.U8, offset + 1, (byte) (slab.get(Bytes.U8, offset + 1) | CE << 4));
    }

    private static final int MASK = 3;
    private static final int ECT_0 = 2;
    private static final int CE = 3;

    private Ecn() {}
}
