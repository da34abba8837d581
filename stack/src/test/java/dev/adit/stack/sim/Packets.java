package dev.adit.stack.sim;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.header.Checksum;
import dev.adit.ip.header.IpPacket;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Packets made by hand, independent of what the stack makes them with.
public final class Packets {
    /// An IP packet with this payload. The checksums of TCP, UDP and ICMP are set.
    public static byte[] ip(
            IpAddress source,
            IpAddress destination,
            int protocol,
            int trafficClass,
            byte[] payload) {
        boolean v6 = source.v6();
        int header = v6 ? 40 : 20;
        byte[] packet = new byte[header + payload.length];
        MemorySegment memory = MemorySegment.ofArray(packet);
        System.arraycopy(payload, 0, packet, header, payload.length);
        if (v6) {
            memory.set(ByteOrders.BE32, 0, 6 << 28 | trafficClass << 20);
            memory.set(ByteOrders.BE16, 4, (short) payload.length);
            packet[6] = (byte) protocol;
            packet[7] = 64;
            putV6(memory, 8, source);
            putV6(memory, 24, destination);
        } else {
            memory.set(ByteOrders.BE16, 0, (short) (0x4500 | trafficClass));
            memory.set(ByteOrders.BE16, 2, (short) packet.length);
            memory.set(ByteOrders.BE16, 6, (short) 0x4000);
            packet[8] = 64;
            packet[9] = (byte) protocol;
            memory.set(ByteOrders.BE32, 12, (int) (source.high() >>> 32));
            memory.set(ByteOrders.BE32, 16, (int) (destination.high() >>> 32));
            memory.set(ByteOrders.BE16, 10, (short) Checksum.of(memory, 0, 20, 0));
        }
        int field =
                switch (protocol) {
                    case IpPacket.TCP -> 16;
                    case IpPacket.UDP -> 6;
                    case 1, 58 -> 2;
                    default -> -1;
                };
        if (field >= 0 && field + 2 <= payload.length) setChecksum(packet, header, protocol, field);
        return packet;
    }

    private static void putV6(MemorySegment memory, int at, IpAddress address) {
        memory.set(ByteOrders.BE64, at, address.high());
        memory.set(ByteOrders.BE64, at + 8, address.low());
    }

    /// Sets the checksum at `field` of the transport that begins at `header`.
    public static void setChecksum(byte[] packet, int header, int protocol, int field) {
        MemorySegment memory = MemorySegment.ofArray(packet);
        memory.set(ByteOrders.BE16, header + field, (short) 0);
        int length = packet.length - header;
        long pseudo = protocol == 1 ? 0 : IpPacket.pseudoHeader(memory, 0, protocol) + length;
        int checksum = Checksum.of(memory, header, length, pseudo);
        memory.set(ByteOrders.BE16, header + field, (short) checksum);
    }

    /// The ICMP error that a router sends for a packet that is too large.
    public static byte[] tooBig(byte[] packet, int mtu) {
        IpAddress source = address(packet, true), destination = address(packet, false);
        return icmpError(
                packet, destination, source, source.v6() ? 2 : 3, source.v6() ? 0 : 4, mtu);
    }

    /// An ICMP error from `from` to `to` that quotes `packet`.
    public static byte[] icmpError(
            byte[] packet, IpAddress from, IpAddress to, int type, int code, int word) {
        byte[] quoted = Arrays.copyOf(packet, Math.min(packet.length, 520));
        byte[] payload = new byte[8 + quoted.length];
        payload[0] = (byte) type;
        payload[1] = (byte) code;
        MemorySegment.ofArray(payload).set(ByteOrders.BE32, 4, word);
        System.arraycopy(quoted, 0, payload, 8, quoted.length);
        return ip(from, to, from.v6() ? 58 : 1, 0, payload);
    }

    /// The source or destination of a packet.
    public static IpAddress address(byte[] packet, boolean source) {
        MemorySegment memory = MemorySegment.ofArray(packet);
        if (SimNetwork.isV6(packet)) {
            int at = source ? 8 : 24;
            return IpAddress.v6(
                    memory.get(ByteOrders.BE64, at), memory.get(ByteOrders.BE64, at + 8));
        }
        return IpAddress.v4(memory.get(ByteOrders.BE32, source ? 12 : 16));
    }

    private Packets() {}
}
