package dev.adit.os.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.adit.ip.header.IpPacket;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Assigns flows to the queues of a TUN: always the same queue, and the same for both directions.
/// Stateless.
///
/// The kernel delivers packets of a flow to the queue to which its other direction was last
/// written. If everything were written to one queue, everything would come out of that one.
final class QueueSelector {
    /// The queue, 0 to `queues` - 1, of the IP packet at `offset`.
    static int of(MemorySegment slab, long offset, int queues) {
        int first = slab.get(JAVA_BYTE, offset) & 0xff;
        long hash;
        int transport, protocol;
        if (first >> 4 == 4) {
            hash = slab.get(BE32, offset + IpPacket.V4_SOURCE);
            hash ^= slab.get(BE32, offset + IpPacket.V4_DESTINATION);
            transport = (first & 15) * 4;
            protocol = slab.get(JAVA_BYTE, offset + IpPacket.V4_PROTOCOL);
            int fragment = slab.get(BE16, offset + IpPacket.V4_FRAGMENT);
            if ((fragment & NOT_WHOLE) != 0) protocol = 0;
        } else {
            hash = slab.get(BE64, offset + IpPacket.V6_SOURCE);
            hash ^= slab.get(BE64, offset + IpPacket.V6_SOURCE + 8);
            hash ^= slab.get(BE64, offset + IpPacket.V6_DESTINATION);
            hash ^= slab.get(BE64, offset + IpPacket.V6_DESTINATION + 8);
            transport = IpPacket.V6_HEADER;
            protocol = slab.get(JAVA_BYTE, offset + IpPacket.V6_NEXT_HEADER);
        }
        boolean ports = protocol == TCP || protocol == UDP;
        if (ports && offset + transport + PORTS <= slab.byteSize()) {
            hash ^= slab.get(BE16, offset + transport);
            hash ^= slab.get(BE16, offset + transport + 2);
        }
        return (int) ((hash * GOLDEN >>> 33) % queues);
    }

    private static final ValueLayout.OfShort BE16 =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt BE32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong BE64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int PORTS = 4;
    private static final int NOT_WHOLE = 0x3fff; // more fragments, or an offset
    private static final long GOLDEN = 0x9e3779b97f4a7c15L; // spreads neighbours

    private QueueSelector() {}
}
