package dev.adit.ip.header;

import dev.adit.ip.address.IpAddress;
import dev.adit.testing.Packets;

import java.nio.ByteBuffer;

/// A TCP or UDP packet of which a test sets what matters; checksums are right unless it spoils
/// them. Built without the code under test. Confined to its test.
final class Crafted implements Cloneable {
    boolean v6;
    boolean tcp = true;
    int trafficClass;
    int flowLabel = 0x12345;
    int hops = 64;
    int id = 1;
    int fragment = 0x4000;
    int source = 1;
    int fromPort = 5000;
    int sequence = 1000;
    int acknowledgement = 77;
    int flags = 0x10;
    int reserved; // the four bits before the flags, the last of which is AE (RFC 9768)
    int urgent;
    int window = 501;
    byte[] options = {};
    byte[] payload = {};
    boolean spoilChecksum;
    boolean withoutChecksum;

    Crafted copy() {
        try {
            return (Crafted) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }

    byte[] build() {
        byte[] transport = tcp ? tcp() : udp();
        IpAddress from = Packets.address(v6 ? "fd00::" + source : "10.0.0." + source);
        IpAddress to = Packets.address(v6 ? "fd00::99" : "10.0.0.99");
        int protocol = tcp ? 6 : 17;
        byte[] packet =
                v6
                        ? Packets.v6(from, to, trafficClass, protocol, transport)
                        : Packets.v4(from, to, trafficClass, protocol, transport);
        ByteBuffer bytes = ByteBuffer.wrap(packet);
        if (v6) {
            bytes.putInt(0, 6 << 28 | trafficClass << 20 | flowLabel);
            bytes.put(7, (byte) hops);
        } else {
            bytes.putShort(4, (short) id).putShort(6, (short) fragment).put(8, (byte) hops);
            bytes.putShort(10, (short) 0);
            bytes.putShort(10, (short) ~Packets.onesComplementSum(packet, 0, 20));
        }
        int header = v6 ? 40 : 20;
        if (!withoutChecksum) {
            int checksum = ~transportSum(packet) & 0xffff;
            if (spoilChecksum) checksum ^= 0x0100;
            bytes.putShort(header + (tcp ? 16 : 6), (short) checksum);
        }
        return packet;
    }

    private byte[] tcp() {
        return ByteBuffer.allocate(20 + options.length + payload.length)
                .putShort((short) fromPort)
                .putShort((short) 443)
                .putInt(sequence)
                .putInt(acknowledgement)
                .put((byte) ((5 + options.length / 4 << 4) | reserved))
                .put((byte) flags)
                .putShort((short) window)
                .putShort((short) 0)
                .putShort((short) urgent)
                .put(options)
                .put(payload)
                .array();
    }

    private byte[] udp() {
        return ByteBuffer.allocate(8 + payload.length)
                .putShort((short) fromPort)
                .putShort((short) 443)
                .putShort((short) (8 + payload.length))
                .putShort((short) 0)
                .put(payload)
                .array();
    }

    /// The sum over pseudo header and content of a TCP or UDP packet; 0xffff when its checksum is
    /// right.
    static int transportSum(byte[] packet) {
        boolean v6 = packet[0] >> 4 == 6;
        int header = v6 ? 40 : 20, addresses = v6 ? 8 : 12;
        int length = packet.length - header;
        int protocol = packet[v6 ? 6 : 9];
        int sum = Packets.onesComplementSum(packet, addresses, header - addresses);
        sum += Packets.onesComplementSum(packet, header, length) + length + protocol;
        while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
        return sum;
    }
}
