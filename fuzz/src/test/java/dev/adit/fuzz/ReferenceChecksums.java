package dev.adit.fuzz;

import java.nio.ByteBuffer;

/// Checksums of IP packets, computed without the code under test. Stateless.
public final class ReferenceChecksums {
    /// True when the checksum of the IPv4 header is right.
    public static boolean rightHeader(byte[] packet) {
        return fold(sum(packet, 0, (packet[0] & 15) * 4)) == 0xffff;
    }

    /// True when the checksum of the TCP, UDP or ICMPv6 packet is right whose header starts at
    /// `transport`.
    public static boolean rightTransport(byte[] packet, int transport, int protocol) {
        boolean v6 = packet[0] >> 4 == 6;
        int addresses = v6 ? 8 : 12, length = packet.length - transport;
        long sum = sum(packet, addresses, v6 ? 32 : 8) + protocol + length;
        return fold(sum + sum(packet, transport, length)) == 0xffff;
    }

    /// True when the bytes from `from` on, a checksum among them, add up.
    public static boolean right(byte[] bytes, int from) {
        return fold(sum(bytes, from, bytes.length - from)) == 0xffff;
    }

    private static long sum(byte[] bytes, int from, int length) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long sum = 0;
        for (int i = 0; i < length - 1; i += 2) sum += buffer.getShort(from + i) & 0xffff;
        return length % 2 == 0 ? sum : sum + ((bytes[from + length - 1] & 0xff) << 8);
    }

    private static long fold(long sum) {
        long folded = sum;
        while (folded > 0xffff) folded = (folded & 0xffff) + (folded >>> 16);
        return folded;
    }

    private ReferenceChecksums() {}
}
