package dev.adit.device.pipeline.send;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.header.IpPacket;

import java.lang.foreign.MemorySegment;

/// Detects packets that this device has sent to a peer and that come back through the interface,
/// because the peer's endpoint is routed into the tunnel to it. Sealed once more, such a packet
/// would come back again and again. Stateless.
final class RoutingLoop {
    /// True when the valid packet at `offset` is a datagram from our port to the endpoint `to`.
    static boolean closes(MemorySegment slab, long offset, int length, int port, Endpoint to) {
        boolean v6 = IpPacket.isV6(slab, offset);
        if (v6 != to.address().v6()) return false;
        int protocol = v6 ? IpPacket.V6_NEXT_HEADER : IpPacket.V4_PROTOCOL;
        if ((slab.get(ByteOrders.U8, offset + protocol) & 0xff) != IpPacket.UDP) return false;
        int header = v6 ? IpPacket.V6_HEADER : (slab.get(ByteOrders.U8, offset) & 15) * 4;
        if (header + Integer.BYTES > length) return false;
        int ports = slab.get(ByteOrders.BE32, offset + header);
        return ports == (port << 16 | to.port()) && goesTo(slab, offset, to.address());
    }

    private static boolean goesTo(MemorySegment slab, long offset, IpAddress address) {
        if (!address.v6()) {
            int destination = slab.get(ByteOrders.BE32, offset + IpPacket.V4_DESTINATION);
            return destination == (int) (address.high() >>> 32);
        }
        long at = offset + IpPacket.V6_DESTINATION;
        return slab.get(ByteOrders.BE64, at) == address.high()
                && slab.get(ByteOrders.BE64, at + 8) == address.low();
    }

    private RoutingLoop() {}
}
