package dev.adit.device.listener;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.header.IpPacket;

import java.lang.foreign.MemorySegment;

/// Formats the addresses in packets, for log messages. Stateless.
public final class PacketAddresses {
    public static String source(MemorySegment slab, long packet) {
        return address(slab, packet, IpPacket.V4_SOURCE, IpPacket.V6_SOURCE);
    }

    public static String destination(MemorySegment slab, long packet) {
        return address(slab, packet, IpPacket.V4_DESTINATION, IpPacket.V6_DESTINATION);
    }

    private static String address(MemorySegment slab, long packet, int v4, int v6) {
        if ((slab.get(ByteOrders.U8, packet) & 0xf0) == 0x40) {
            return IpAddress.v4(slab.get(ByteOrders.BE32, packet + v4)).toString();
        }
        long at = packet + v6;
        return IpAddress.v6(slab.get(ByteOrders.BE64, at), slab.get(ByteOrders.BE64, at + 8))
                .toString();
    }

    private PacketAddresses() {}
}
