package dev.adit.ip.header;

import dev.adit.ip.bytes.ByteOrders;

import java.lang.foreign.MemorySegment;

/// Explicit congestion notification through the tunnel (RFC 6040, as the kernel does it).
/// Stateless.
public final class Ecn {
    /// The outer traffic class for a packet of traffic class `inner`: its ECN field without its
    /// DSCP. A packet that met congestion before the tunnel starts the tunnel as ECT(0).
    public static int encapsulate(int inner) {
        int ecn = inner & MASK;
        return ecn == CE ? ECT_0 : ecn;
    }

    /// Gives the packet at `offset` the ECN field that results from both fields together:
    /// congestion met on the way is marked if the packet's transport supports ECN. The packet must
    /// be valid.
    public static void decapsulate(int outer, MemorySegment slab, long offset) {
        int inner = IpPacket.trafficClass(slab, offset) & MASK;
        int both = decapsulated(outer & MASK, inner);
        if (both == inner) return;
        if ((slab.get(ByteOrders.U8, offset) & 0xf0) == 0x60) markV6(slab, offset, both);
        else markV4(slab, offset, inner, both);
    }

    /// RFC 6040, figure 4, except that it does not drop a packet whose transport does not support
    /// ECN.
    private static int decapsulated(int outer, int inner) {
        if (inner == NOT_ECT || inner == CE) return inner;
        return outer == CE || outer == ECT_1 ? outer : inner;
    }

    private static void markV4(MemorySegment slab, long offset, int inner, int both) {
        slab.set(
                ByteOrders.U8,
                offset + 1,
                (byte) (slab.get(ByteOrders.U8, offset + 1) & ~MASK | both));
        // RFC 1624: HC' = ~(~HC + ~m + m'), where the word changed by both - inner.
        int sum = ~slab.get(ByteOrders.BE16, offset + IpPacket.V4_CHECKSUM) & 0xffff;
        sum += both > inner ? both - inner : both - inner + 0xffff;
        sum = (sum & 0xffff) + (sum >> 16);
        slab.set(ByteOrders.BE16, offset + IpPacket.V4_CHECKSUM, (short) ~sum);
    }

    private static void markV6(MemorySegment slab, long offset, int both) {
        int old = slab.get(ByteOrders.U8, offset + 1) & ~(MASK << 4);
        slab.set(ByteOrders.U8, offset + 1, (byte) (old | both << 4));
    }

    private static final int MASK = 3;
    private static final int NOT_ECT = 0;
    private static final int ECT_1 = 1;
    private static final int ECT_0 = 2;
    private static final int CE = 3;

    private Ecn() {}
}
