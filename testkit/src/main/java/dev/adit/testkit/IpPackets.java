package dev.adit.testkit;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.header.IpPacket;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Builds IP packets for tests, and reads fields of any packet. Stateless.
public final class IpPackets {

    /// A packet whose payload is `text`, of the family of its addresses. What comes after the IP
    /// header is no known protocol.
    public static byte[] packet(String from, String to, String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        byte[] packet = packet(from, to, headerLength(from) + payload.length);
        System.arraycopy(payload, 0, packet, headerLength(from), payload.length);
        return packet;
    }

    /// A packet of `length` bytes, the header counted, with a pattern as its payload.
    public static byte[] packet(String from, String to, int length) {
        return packet(from, to, length, 0);
    }

    /// The same with this TOS or traffic class.
    public static byte[] packet(String from, String to, int length, int trafficClass) {
        IpAddress source = IpAddress.parse(from).orElseThrow();
        IpAddress destination = IpAddress.parse(to).orElseThrow();
        byte[] packet = new byte[length];
        for (int i = headerLength(from); i < length; i++) packet[i] = (byte) (i * 7 + 1);
        MemorySegment slab = MemorySegment.ofArray(packet);
        if (source.v6()) header6(slab, source, destination, trafficClass);
        else header4(slab, source, destination, trafficClass);
        return packet;
    }

    private static void header4(
            MemorySegment slab, IpAddress source, IpAddress destination, int trafficClass) {
        slab.set(ByteOrders.U8, 0, (byte) 0x45);
        slab.set(ByteOrders.U8, 1, (byte) trafficClass);
        slab.set(ByteOrders.BE16, IpPacket.V4_TOTAL_LENGTH, (short) slab.byteSize());
        slab.set(ByteOrders.U8, 8, (byte) 64);
        slab.set(ByteOrders.U8, IpPacket.V4_PROTOCOL, (byte) EXPERIMENTAL);
        slab.set(ByteOrders.BE32, IpPacket.V4_SOURCE, (int) (source.high() >>> 32));
        slab.set(ByteOrders.BE32, IpPacket.V4_DESTINATION, (int) (destination.high() >>> 32));
        int checksum = checksum(slab, 0, IpPacket.V4_HEADER, 0);
        slab.set(ByteOrders.BE16, IpPacket.V4_CHECKSUM, (short) checksum);
    }

    private static void header6(
            MemorySegment slab, IpAddress source, IpAddress destination, int trafficClass) {
        slab.set(ByteOrders.BE32, 0, 6 << 28 | trafficClass << 20);
        int payload = (int) slab.byteSize() - IpPacket.V6_HEADER;
        slab.set(ByteOrders.BE16, IpPacket.V6_PAYLOAD, (short) payload);
        slab.set(ByteOrders.U8, IpPacket.V6_NEXT_HEADER, (byte) EXPERIMENTAL);
        slab.set(ByteOrders.U8, 7, (byte) 64);
        slab.set(ByteOrders.BE64, IpPacket.V6_SOURCE, source.high());
        slab.set(ByteOrders.BE64, IpPacket.V6_SOURCE + 8, source.low());
        slab.set(ByteOrders.BE64, IpPacket.V6_DESTINATION, destination.high());
        slab.set(ByteOrders.BE64, IpPacket.V6_DESTINATION + 8, destination.low());
    }

    /// The payload of a packet that was made from a text.
    public static String text(byte[] packet) {
        int header = isV6(packet) ? IpPacket.V6_HEADER : IpPacket.V4_HEADER;
        return new String(packet, header, packet.length - header, StandardCharsets.UTF_8);
    }

    public static IpAddress source(byte[] packet) {
        return isV6(packet) ? v6(packet, IpPacket.V6_SOURCE) : v4(packet, IpPacket.V4_SOURCE);
    }

    public static IpAddress destination(byte[] packet) {
        return isV6(packet)
                ? v6(packet, IpPacket.V6_DESTINATION)
                : v4(packet, IpPacket.V4_DESTINATION);
    }

    public static int trafficClass(byte[] packet) {
        return IpPacket.trafficClass(MemorySegment.ofArray(packet), 0);
    }

    /// True when the checksum of an IPv4 header is right.
    public static boolean headerIsIntact(byte[] packet) {
        return checksum(MemorySegment.ofArray(packet), 0, IpPacket.V4_HEADER, 0) == 0;
    }

    /// The type and code of an ICMP or ICMPv6 message, as `3/1`.
    ///
    /// @throws AssertionError when the packet is none, or a checksum or length is wrong
    public static String icmp(byte[] packet) {
        MemorySegment slab = MemorySegment.ofArray(packet);
        boolean v6 = isV6(packet);
        int header = v6 ? IpPacket.V6_HEADER : IpPacket.V4_HEADER;
        int protocol = packet[v6 ? IpPacket.V6_NEXT_HEADER : IpPacket.V4_PROTOCOL];
        int length = packet.length - header;
        if (IpPacket.totalLength(slab, 0, packet.length) != packet.length) {
            throw new AssertionError("the length field is wrong");
        }
        if (protocol != (v6 ? 58 : 1)) throw new AssertionError("protocol " + protocol);
        if (!v6 && !headerIsIntact(packet)) throw new AssertionError("IP checksum");
        int pseudo = v6 ? sum(slab, IpPacket.V6_SOURCE, 32) + length + 58 : 0;
        if (checksum(slab, header, length, pseudo) != 0) throw new AssertionError("checksum");
        return packet[header] + "/" + packet[header + 1];
    }

    /// The packet that an ICMP error quotes, or its beginning.
    public static byte[] quoted(byte[] error) {
        int at = (isV6(error) ? IpPacket.V6_HEADER : IpPacket.V4_HEADER) + 8;
        return Arrays.copyOfRange(error, at, error.length);
    }

    private static int headerLength(String address) {
        return address.indexOf(':') >= 0 ? IpPacket.V6_HEADER : IpPacket.V4_HEADER;
    }

    private static boolean isV6(byte[] packet) {
        return packet[0] >> 4 == 6;
    }

    private static IpAddress v4(byte[] packet, int at) {
        return IpAddress.v4(MemorySegment.ofArray(packet).get(ByteOrders.BE32, at));
    }

    private static IpAddress v6(byte[] packet, int at) {
        MemorySegment slab = MemorySegment.ofArray(packet);
        return IpAddress.v6(slab.get(ByteOrders.BE64, at), slab.get(ByteOrders.BE64, at + 8));
    }

    // The checksum of RFC 1071 word by word, not that of the code under test.

    private static int checksum(MemorySegment slab, int at, int length, int initial) {
        int sum = initial + sum(slab, at, length);
        while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
        return ~sum & 0xffff;
    }

    private static int sum(MemorySegment slab, int at, int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            int octet = slab.get(ByteOrders.U8, at + i) & 0xff;
            sum += i % 2 == 0 ? octet << 8 : octet;
        }
        return sum;
    }

    private static final int EXPERIMENTAL = 253; // RFC 3692

    private IpPackets() {}
}
