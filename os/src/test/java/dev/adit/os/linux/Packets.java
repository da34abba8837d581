package dev.adit.os.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.adit.ip.packet.PacketBatch;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// IPv4 packets with UDP or TCP inside, made and read for tests. Stateless.
final class Packets {
    /// A UDP packet without a UDP checksum.
    static byte[] udp(int source, int destination, int fromPort, int toPort, byte[] payload) {
        ByteBuffer packet = ByteBuffer.allocate(28 + payload.length);
        packet.put((byte) 0x45).put((byte) 0).putShort((short) packet.capacity());
        packet.putInt(0).put((byte) 64).put((byte) 17).putShort((short) 0);
        packet.putInt(source).putInt(destination);
        packet.putShort(10, checksum(packet));
        packet.putShort((short) fromPort).putShort((short) toPort);
        packet.putShort((short) (8 + payload.length)).putShort((short) 0).put(payload);
        return packet.array();
    }

    /// The same with a UDP checksum, and not to be fragmented.
    static byte[] udpWithChecksum(
            int source, int destination, int fromPort, int toPort, byte[] payload) {
        byte[] packet = udp(source, destination, fromPort, toPort, payload);
        ByteBuffer bytes = ByteBuffer.wrap(packet);
        bytes.putShort(6, (short) 0x4000).putShort(10, (short) 0).putShort(10, checksum(bytes));
        bytes.putShort(26, (short) ~sumOfTransport(packet));
        return packet;
    }

    /// A TCP segment that acknowledges, with its checksums, not to be fragmented.
    static byte[] tcp(int source, int destination, int sequence, byte[] payload) {
        ByteBuffer packet = ByteBuffer.wrap(udp(source, destination, 0, 0, new byte[12]));
        ByteBuffer bytes = ByteBuffer.allocate(40 + payload.length);
        bytes.put(packet.limit(20)).putShort((short) 5000).putShort((short) 443);
        bytes.putInt(sequence).putInt(77).put((byte) 0x50).put((byte) 0x10).putShort((short) 501);
        bytes.putInt(0).put(payload).putShort(2, (short) bytes.capacity());
        bytes.put(9, (byte) 6).putShort(6, (short) 0x4000);
        bytes.putShort(10, (short) 0).putShort(10, checksum(bytes));
        bytes.putShort(36, (short) ~sumOfTransport(bytes.array()));
        return bytes.array();
    }

    /// True when both checksums of an IPv4 UDP packet without options are right.
    static boolean hasRightChecksums(byte[] packet) {
        return checksum(ByteBuffer.wrap(packet)) == 0 && sumOfTransport(packet) == 0xffff;
    }

    /// The sum over pseudo header, header and payload.
    private static int sumOfTransport(byte[] packet) {
        ByteBuffer bytes = ByteBuffer.wrap(Arrays.copyOf(packet, packet.length + 1));
        int sum = packet[9] + packet.length - 20;
        for (int at = 12; at < packet.length; at += 2) sum += bytes.getShort(at) & 0xffff;
        while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
        return sum;
    }

    private static short checksum(ByteBuffer header) {
        int sum = 0;
        for (int at = 0; at < 20; at += 2) sum += header.getShort(at) & 0xffff;
        return (short) ~((sum & 0xffff) + (sum >>> 16));
    }

    /// True for an IPv4 UDP packet to that port.
    static boolean isUdpTo(PacketBatch batch, int i, int port) {
        if (batch.length(i) < 28) return false;
        ByteBuffer packet = ByteBuffer.wrap(bytes(batch, i));
        return packet.get(0) == 0x45
                && packet.get(9) == 17
                && (packet.getShort(22) & 0xffff) == port;
    }

    static byte[] bytes(PacketBatch batch, int i) {
        byte[] bytes = new byte[batch.length(i)];
        MemorySegment.copy(batch.memory(), JAVA_BYTE, batch.offset(i), bytes, 0, batch.length(i));
        return bytes;
    }

    /// Puts a packet at `at` in the batch.
    static void add(PacketBatch batch, int at, byte[] packet, int trafficClass) {
        MemorySegment.copy(packet, 0, batch.memory(), JAVA_BYTE, at, packet.length);
        batch.add(at, packet.length, 0, trafficClass);
    }

    private Packets() {}
}
