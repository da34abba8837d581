package dev.adit.ip.header;

import static dev.adit.testing.Packets.address;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.testing.Packets;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Congestion marks across a tunnel (RFC 6040), with the choices that Linux makes.
class EcnTest {
    private static final int NOT_ECT = 0, ECT_1 = 1, ECT_0 = 2, CE = 3;

    @Test
    void startsTheTunnelWithTheInnerFieldButNeverWithCongestion() {
        for (int inner = 0; inner < 256; inner++) {
            int expected =
                    switch (inner & 3) {
                        case NOT_ECT -> NOT_ECT;
                        case ECT_1 -> ECT_1;
                        default -> ECT_0;
                    };
            assertThat(Ecn.encapsulate(inner)).as("inner %x", inner).isEqualTo(expected);
        }
    }

    /// RFC 6040, figure 4. Where it says to drop (congestion was met by a packet that cannot be
    /// told so), the kernel delivers.
    private static final int[][] DECAPSULATED = {
        //                NOT_ECT  ECT_1    ECT_0    CE       <- outer
        /* NOT_ECT */ {NOT_ECT, NOT_ECT, NOT_ECT, NOT_ECT},
        /* ECT_1   */ {ECT_1, ECT_1, ECT_1, CE},
        /* ECT_0   */ {ECT_0, ECT_1, ECT_0, CE},
        /* CE      */ {CE, CE, CE, CE}
    };

    @Test
    void leavesTheTunnelWithWhatBothFieldsSayTogether() {
        for (int dscp = 0; dscp < 64; dscp++) {
            for (int inner = 0; inner < 4; inner++) {
                for (int outer = 0; outer < 256; outer++) {
                    int before = dscp << 2 | inner;
                    int after = dscp << 2 | DECAPSULATED[inner][outer & 3];
                    assertBecomes(v4(before), outer, v4(after));
                    assertBecomes(v6(before), outer, v6(after));
                }
            }
        }
    }

    /// The built packets have right checksums, so that an equal one is right too; and nothing but
    /// the field has changed.
    private static void assertBecomes(byte[] packet, int outer, byte[] expected) {
        byte[] slab = new byte[packet.length + 7];
        System.arraycopy(packet, 0, slab, 5, packet.length);
        Ecn.decapsulate(outer, MemorySegment.ofArray(slab), 5);
        assertThat(Arrays.copyOfRange(slab, 5, 5 + packet.length))
                .as("outer %x", outer)
                .isEqualTo(expected);
        assertThat(slab[4] | slab[slab.length - 1]).isZero();
    }

    @Test
    void keepsEveryIpv4ChecksumRight() {
        for (int id = 0; id < 65_536; id++) {
            for (int inner : new int[] {ECT_0, ECT_1}) {
                byte[] packet = v4(inner);
                packet[4] = (byte) (id >> 8);
                packet[5] = (byte) id;
                packet[10] = packet[11] = 0;
                int checksum = ~Packets.onesComplementSum(packet, 0, 20);
                packet[10] = (byte) (checksum >> 8);
                packet[11] = (byte) checksum;
                Ecn.decapsulate(inner == ECT_0 ? ECT_1 : CE, MemorySegment.ofArray(packet), 0);
                if (Packets.onesComplementSum(packet, 0, 20) != 0xffff) {
                    assertThat(id).as("identification of a packet spoilt").isNull();
                }
            }
        }
    }

    private static byte[] v4(int trafficClass) {
        return Packets.v4(address("10.1.2.3"), address("10.9.8.7"), trafficClass, 17, new byte[9]);
    }

    private static byte[] v6(int trafficClass) {
        return Packets.v6(address("fd00::1"), address("fd00::2"), trafficClass, 17, new byte[9]);
    }
}
