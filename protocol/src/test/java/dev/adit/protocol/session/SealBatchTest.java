package dev.adit.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.packet.PacketBatch;
import dev.adit.protocol.wire.TransportData;
import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;

import java.lang.foreign.ValueLayout;

/// Padding (paper §5.4.6), and how packets lie behind each other.
class SealBatchTest {

    /// Length of the packet, MTU, zeros behind it.
    private static final int[][] PADDING = {
        {0, 1420, 0}, // a keepalive stays empty
        {1, 1420, 15},
        {15, 1420, 1},
        {16, 1420, 0},
        {17, 1420, 15},
        {1408, 1420, 0},
        {1409, 1420, 11}, // up to the MTU and not beyond
        {1419, 1420, 1},
        {1420, 1420, 0},
        {1421, 1420, 15}, // the last piece of what will be cut
        {1420 + 16, 1420, 0},
        {2 * 1420, 1420, 0},
        {2 * 1420 - 1, 1420, 1},
        {3 * 1420 + 1410, 1420, 10},
        {1, 1, 0},
        {5, 7, 2},
        {1000, 1280, 8},
        {1279, 1280, 1},
        {1, 0, 15}, // no MTU, no limit
        {1420, 0, 4},
        {65_535, 0, 1},
        {65_535, 65_535, 0},
    };

    @Test
    void paddingKeepsToTheTable() {
        for (int[] row : PADDING) {
            assertThat(SealBatch.padding(row[0], row[1]))
                    .as("%d bytes, MTU %d", row[0], row[1])
                    .isEqualTo(row[2]);
        }
    }

    /// Reference §8.8: `pad = min(MTU, roundup16(last)) - last`, in floating point.
    @Test
    void paddingKeepsToTheFormula() {
        Property.check(
                5_000,
                random -> {
                    int length = random.nextInt(70_000);
                    int mtu = random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(10_000);
                    int last = mtu != 0 && length > mtu ? length % mtu : length;
                    double rounded = Math.ceil(last / 16.0) * 16;
                    double padded = mtu == 0 ? rounded : Math.min(mtu, rounded);
                    assertThat(SealBatch.padding(length, mtu)).isEqualTo((int) padded - last);
                });
    }

    @Test
    void aSealedPacketIs32BytesLongerThanThePaddedOne() {
        try (SessionPair pair = new SessionPair(1)) {
            for (int[] row : PADDING) {
                assertThat(pair.seal(pair.initiator, new byte[row[0]], row[1]))
                        .hasSize(row[0] + row[2] + 32);
            }
        }
    }

    @Test
    void padsWithZerosWhateverLayBehindThePacket() {
        try (PacketBatch plain = new PacketBatch(1, 4096);
                SealBatch out = new SealBatch(1, 4096)) {
            plain.memory().fill((byte) 0xff);
            out.sealed().memory().fill((byte) 0xff);
            out.clear();
            out.add(plain.memory(), 100, 17, 1420, 0);
            int last = out.sealed().offset(0) + TransportData.HEADER_LENGTH + 16;
            byte[] after = out.sealed().memory().asSlice(last, 18).toArray(ValueLayout.JAVA_BYTE);
            assertThat(after[0]).isEqualTo((byte) 0xff);
            for (int i = 1; i < 16; i++) assertThat(after[i]).isZero();
            assertThat(after[16]).isEqualTo((byte) 0xff);
            byte[] source = plain.memory().toArray(ValueLayout.JAVA_BYTE);
            assertThat(source).containsOnly(0xff);
        }
    }

    @Test
    void packetsFollowEachOtherWithoutAGap() {
        try (PacketBatch plain = new PacketBatch(1, 4096);
                SealBatch out = new SealBatch(4, 1 << 16)) {
            for (int round = 0; round < 2; round++) {
                out.clear();
                assertThat(out.count()).isZero();
                int[] lengths = {0, 100, 1420, 16};
                for (int length : lengths) out.add(plain.memory(), 16, length, 1420, length & 3);
                int end = PacketBatch.HEADROOM;
                for (int i = 0; i < 4; i++) {
                    assertThat(out.sealed().offset(i)).isEqualTo(end);
                    assertThat(out.sealed().segmentSize(i)).isZero();
                    assertThat(out.sealed().trafficClass(i)).isEqualTo(lengths[i] & 3);
                    end += out.sealed().length(i);
                }
                assertThat(out.count()).isEqualTo(4);
                assertThat(out.dataPackets()).isEqualTo(3);
                assertThat(out.fits(0)).isFalse();
            }
        }
    }

    @Test
    void leavesHeadroomBeforeTheFirstPacketFromTheStart() {
        try (PacketBatch plain = new PacketBatch(1, 4096);
                SealBatch out = new SealBatch(1, 4096)) {
            out.add(plain.memory(), 16, 10, 0, 0);
            assertThat(out.sealed().offset(0)).isEqualTo(PacketBatch.HEADROOM);
        }
    }

    @Test
    void whatFitsLiesWithinTheMemory() {
        Property.check(
                200,
                random -> {
                    int bytes = 200 + random.nextInt(5000);
                    try (PacketBatch plain = new PacketBatch(1, 1 << 13);
                            SealBatch out = new SealBatch(1000, bytes)) {
                        out.clear();
                        int length = random.nextInt(1500);
                        for (; out.fits(length); length = random.nextInt(1500)) {
                            out.add(plain.memory(), 16, length, 0, 0);
                        }
                        int end = PacketBatch.HEADROOM;
                        for (int i = 0; i < out.count(); i++) end += out.sealed().length(i);
                        assertThat(end).isLessThanOrEqualTo(bytes);
                        assertThat(end + (length + 15 & -16) + 32).isGreaterThan(bytes - 16);
                    }
                });
    }
}
