package dev.adit.testing;

import dev.adit.ip.address.IpAddress;

import java.nio.ByteBuffer;

/// IP packets of tests, built without the code under test. Stateless.
public final class Packets {

    /// A UDP packet from `source` to `destination`, of the family that both have.
    public static byte[] udp(IpAddress source, IpAddress destination, byte[] payload) {
        return udp(source, destination, 0, payload);
    }

    /// A UDP packet of traffic class `trafficClass`.
    public static byte[] udp(
            IpAddress source, IpAddress destination, int trafficClass, byte[] payload) {
        byte[] segment =
                ByteBuffer.allocate(8 + payload.length)
                        .putShort((short) 5000)
                        .putShort((short) 5001)
                        .putShort((short) (8 + payload.length))
                        .putShort((short) 0)
                        .put(payload)
                        .array();
        return source.v6()
                ? v6(source, destination, trafficClass, UDP, segment)
                : v4(source, destination, trafficClass, UDP, segment);
    }

    /// An IPv4 packet without options, with a valid header checksum.
    public static byte[] v4(
            IpAddress source,
            IpAddress destination,
            int trafficClass,
            int protocol,
            byte[] payload) {
        ByteBuffer packet =
                ByteBuffer.allocate(20 + payload.length)
                        .put((byte) 0x45)
                        .put((byte) trafficClass)
                        .putShort((short) (20 + payload.length))
                        .putInt(0x1234_4000) // an identification, and "do not fragment"
                        .put((byte) 64)
                        .put((byte) protocol)
                        .putShort((short) 0)
                        .putInt((int) (source.high() >>> 32))
                        .putInt((int) (destination.high() >>> 32));
        packet.putShort(10, (short) ~onesComplementSum(packet.array(), 0, 20));
        return packet.put(payload).array();
    }

    /// An IPv6 packet without extension headers.
    public static byte[] v6(
            IpAddress source,
            IpAddress destination,
            int trafficClass,
            int nextHeader,
            byte[] payload) {
        return ByteBuffer.allocate(40 + payload.length)
                .putInt(6 << 28 | trafficClass << 20 | 0x12345)
                .putShort((short) payload.length)
                .put((byte) nextHeader)
                .put((byte) 64)
                .putLong(source.high())
                .putLong(source.low())
                .putLong(destination.high())
                .putLong(destination.low())
                .put(payload)
                .array();
    }

    /// The sum of RFC 1071, one 16-bit word after the other; 0xffff for what includes its own
    /// checksum.
    public static int onesComplementSum(byte[] bytes, int from, int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            sum += (bytes[from + i] & 0xff) << (i % 2 == 0 ? 8 : 0);
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return sum;
    }

    /// The address that `text` spells.
    public static IpAddress address(String text) {
        return IpAddress.parse(text).orElseThrow(() -> new IllegalArgumentException(text));
    }

    private static final int UDP = 17;

    private Packets() {}
}
