package dev.adit.ip.header;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.testing.Packets;
import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

class SegmenterTest {
    private final Segmenter segmenter = new Segmenter();

    @ParameterizedTest
    @CsvSource({
        "false, true, 4000, 1380, 3",
        "false, true, 4140, 1380, 3",
        "false, true, 4141, 1380, 4",
        "true, true, 64000, 1360, 48",
        "false, false, 5000, 1372, 4",
        "true, false, 5001, 1, 5001",
        "false, true, 1, 1380, 1",
        "true, true, 999, 333, 3",
    })
    void cutsThePayloadBehindCopiesOfTheHeaders(
            boolean v6, boolean tcp, int bytes, int segmentSize, int segments) {
        Crafted whole = whole(v6, tcp, bytes);
        List<byte[]> cut = cut(whole.build(), segmentSize);
        assertThat(cut).hasSize(segments);
        for (int i = 0; i < segments; i++) {
            Crafted expected = whole.copy();
            int from = i * segmentSize;
            int to = Math.min(bytes, from + segmentSize);
            expected.payload = Arrays.copyOfRange(whole.payload, from, to);
            expected.sequence += from;
            expected.id += i;
            assertThat(cut.get(i)).as("segment %d", i).isEqualTo(expected.build());
        }
    }

    @Test
    void setsTheFlagsOfTheFirstAndTheLastOnlyThere() {
        Crafted whole = whole(false, true, 3000);
        whole.flags = 0x80 | 0x40 | 0x10 | 0x08 | 0x01; // CWR, ECE, ACK, PSH, FIN
        List<byte[]> cut = cut(whole.build(), 1000);
        assertThat(cut).extracting(packet -> packet[33] & 0xff).containsExactly(0xd0, 0x50, 0x59);
        assertThat(cut).allSatisfy(packet -> assertThat(packet).satisfies(SegmenterTest::valid));
    }

    @Test
    void keepsOptions() {
        Crafted whole = whole(true, true, 2500);
        whole.options = new byte[] {1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8};
        List<byte[]> cut = cut(whole.build(), 1000);
        assertThat(cut).hasSize(3);
        assertThat(cut)
                .allSatisfy(
                        packet -> {
                            assertThat(Arrays.copyOfRange(packet, 60, 72)).isEqualTo(whole.options);
                            valid(packet);
                        });
    }

    @Test
    void wrapsSequenceNumbersAndIdentifications() {
        Crafted whole = whole(false, true, 2000);
        whole.sequence = -500;
        whole.id = 0xffff;
        ByteBuffer second = ByteBuffer.wrap(cut(whole.build(), 1000).get(1));
        assertThat(second.getInt(24)).isEqualTo(500);
        assertThat(second.getShort(4)).isZero();
    }

    @Test
    void findsTcpBehindIpv6ExtensionHeaders() {
        byte[] plain = whole(true, true, 2000).build();
        byte[] packet = new byte[plain.length + 8];
        System.arraycopy(plain, 0, packet, 0, 40);
        packet[6] = 0; // hop-by-hop options
        packet[40] = 6;
        System.arraycopy(plain, 40, packet, 48, plain.length - 40);
        List<byte[]> cut = cut(packet, 1000);
        assertThat(cut).hasSize(2).allSatisfy(part -> assertThat(part).hasSize(48 + 20 + 1000));
        assertThat(ByteBuffer.wrap(cut.get(1)).getShort(4)).isEqualTo((short) (8 + 20 + 1000));
    }

    @Test
    void givesAUdpChecksumOfZeroAsAllOnes() {
        // The payload is chosen so that the sum is 0xffff.
        Crafted packet = whole(false, false, 2);
        packet.payload = new byte[2];
        int sum = Crafted.transportSum(withoutChecksum(packet).build());
        packet.payload = new byte[] {(byte) (~sum >> 8), (byte) ~sum};
        ByteBuffer cut = ByteBuffer.wrap(cut(packet.build(), 2).getFirst());
        assertThat(cut.getShort(26)).isEqualTo((short) 0xffff);
    }

    @Test
    void refusesFragmentsAndOtherProtocols() {
        Crafted fragment = whole(false, true, 2000);
        fragment.fragment = 0x2000;
        assertThat(begin(fragment.build(), 1000)).isZero();
        byte[] icmp =
                Packets.v4(
                        Packets.address("10.0.0.1"),
                        Packets.address("10.0.0.2"),
                        0,
                        1,
                        new byte[100]);
        assertThat(begin(icmp, 50)).isZero();
        assertThat(begin(whole(false, true, 100).build(), 0)).isZero();
    }

    @Test
    void refusesSegmentsLongerThanTheirHeaderCanSay() {
        for (boolean v6 : new boolean[] {false, true}) {
            int headers = v6 ? 40 + 8 : 20 + 8;
            int most = (v6 ? 40 : 0) + 0xffff - headers;
            assertThat(begin(whole(v6, false, most).build(), most)).isOne();
            byte[] longer = whole(v6, false, most + 1).build();
            assertThat(begin(longer, most + 1)).isZero();
            assertThat(begin(longer, most)).isEqualTo(2);
        }
    }

    @Test
    void neverLeavesThePacketWhateverItsHeadersSay() {
        Property.check(
                20_000,
                random -> {
                    Crafted crafted = whole(random.nextBoolean(), random.nextBoolean(), 100);
                    byte[] packet = crafted.build();
                    for (int i = random.nextInt(6); i > 0; i--) {
                        packet[random.nextInt(packet.length)] = (byte) random.nextInt();
                    }
                    byte[] part = Arrays.copyOf(packet, random.nextInt(packet.length + 1));
                    int segmentSize = random.nextInt(120);
                    for (byte[] piece : cut(part, segmentSize)) {
                        assertThat(piece.length).isLessThanOrEqualTo(part.length);
                    }
                });
    }

    private static Crafted withoutChecksum(Crafted packet) {
        Crafted copy = packet.copy();
        copy.withoutChecksum = true;
        return copy;
    }

    private static Crafted whole(boolean v6, boolean tcp, int bytes) {
        Crafted whole = new Crafted();
        whole.v6 = v6;
        whole.tcp = tcp;
        whole.payload = new byte[bytes];
        for (int i = 0; i < bytes; i++) whole.payload[i] = (byte) (i * 31 + i / 256);
        return whole;
    }

    private static void valid(byte[] packet) {
        assertThat(Crafted.transportSum(packet)).isEqualTo(0xffff);
    }

    private int begin(byte[] packet, int segmentSize) {
        return segmenter.begin(MemorySegment.ofArray(packet), 0, packet.length, segmentSize);
    }

    /// The segments; one byte more than each may have would be out of bounds.
    private List<byte[]> cut(byte[] packet, int segmentSize) {
        int count = begin(packet, segmentSize);
        List<byte[]> cut = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            MemorySegment out = MemorySegment.ofArray(new byte[segmenter.length(i)]);
            segmenter.write(i, out, 0);
            cut.add(out.toArray(ValueLayout.JAVA_BYTE));
        }
        return cut;
    }
}
