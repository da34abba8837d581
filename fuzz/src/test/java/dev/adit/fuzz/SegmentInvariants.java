package dev.adit.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.header.IpPacket;
import dev.adit.ip.header.Segmenter;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// What has to hold of a super-packet that is cut, whatever is in it. Confined to one thread.
public final class SegmentInvariants {
    private final Segmenter segmenter = new Segmenter();

    /// Cuts `packet` as if it had come from a TUN: it is refused, or every segment is a whole
    /// packet with right checksums, and all together have the payload.
    public void check(byte[] packet, int segmentSize) {
        MemorySegment slab = MemorySegment.ofArray(packet);
        int count = segmenter.begin(slab, 0, packet.length, segmentSize);
        if (count == 0) return;
        assertThat(IpPacket.version(slab, 0, packet.length)).isNotZero();
        int at = headers(packet);
        for (int i = 0; i < count; i++) {
            byte[] segment = new byte[segmenter.length(i)];
            // Most are alike; a hostile size makes thousands of them.
            if (i < LOOKED_AT || i == count - 1) check(packet, segment, i, at);
            at += segment.length - headers(packet);
        }
        assertThat(at).isEqualTo(packet.length);
    }

    private void check(byte[] packet, byte[] segment, int i, int at) {
        int headers = headers(packet), transport = transport(packet);
        MemorySegment out = MemorySegment.ofArray(segment);
        segmenter.write(i, out, 0);
        assertThat(IpPacket.totalLength(out, 0, segment.length)).isEqualTo(segment.length);
        assertThat(
                        Arrays.equals(
                                packet,
                                at,
                                at + segment.length - headers,
                                segment,
                                headers,
                                segment.length))
                .isTrue();
        if (packet[0] >> 4 == 4) assertThat(ReferenceChecksums.rightHeader(segment)).isTrue();
        assertThat(ReferenceChecksums.rightTransport(segment, transport, tcp ? 6 : 17)).isTrue();
        if (!tcp) return;
        int sequence = ByteBuffer.wrap(packet).getInt(transport + 4) + at - headers;
        assertThat(ByteBuffer.wrap(segment).getInt(transport + 4)).isEqualTo(sequence);
    }

    private boolean tcp; // what was found last

    private int transport(byte[] packet) {
        if (packet[0] >> 4 == 4) {
            tcp = packet[9] == 6;
            return (packet[0] & 15) * 4;
        }
        int at = 40, next = packet[6] & 0xff;
        while (next != 6 && next != 17) {
            next = packet[at] & 0xff;
            at += ((packet[at + 1] & 0xff) + 1) * 8;
        }
        tcp = next == 6;
        return at;
    }

    private int headers(byte[] packet) {
        int transport = transport(packet);
        return transport + (tcp ? (packet[transport + 12] >> 4 & 15) * 4 : 8);
    }

    private static final int LOOKED_AT = 20;
}
