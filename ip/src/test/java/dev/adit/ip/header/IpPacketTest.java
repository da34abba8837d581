package dev.adit.ip.header;

import static dev.adit.testing.Packets.address;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.bytes.ByteOrders;
import dev.adit.testing.Packets;
import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Reference §8.8: when a decrypted packet is valid, and how long it is.
class IpPacketTest {

    private static final byte[] V4 =
            Packets.udp(address("10.0.0.1"), address("10.0.0.2"), new byte[100]);
    private static final byte[] V6 =
            Packets.udp(address("fd00::1"), address("fd00::2"), new byte[100]);

    @Test
    void isAsLongAsItsHeaderSays() {
        assertThat(total(V4, V4.length)).isEqualTo(128);
        assertThat(total(V6, V6.length)).isEqualTo(148);
    }

    // Padding: paper §5.4.6
    @Test
    void paddingIsNoPartOfIt() {
        for (int padding = 1; padding < 16; padding++) {
            assertThat(total(Arrays.copyOf(V4, V4.length + padding), V4.length + padding))
                    .isEqualTo(128);
            assertThat(total(Arrays.copyOf(V6, V6.length + padding), V6.length + padding))
                    .isEqualTo(148);
        }
    }

    @Test
    void isInvalidWhenShorterThanItSays() {
        for (int length = 0; length < 128; length++) assertThat(total(V4, length)).isEqualTo(-1);
        for (int length = 0; length < 148; length++) assertThat(total(V6, length)).isEqualTo(-1);
    }

    @Test
    void isInvalidWhenItSaysItIsShorterThanItsHeader() {
        for (int says = 0; says < 20; says++) {
            byte[] packet = V4.clone();
            ByteBuffer.wrap(packet).putShort(2, (short) says);
            assertThat(total(packet, packet.length)).isEqualTo(-1);
        }
    }

    @Test
    void mayConsistOfAHeaderAlone() {
        byte[] v4 = Packets.v4(address("10.0.0.1"), address("10.0.0.2"), 0, 59, new byte[0]);
        byte[] v6 = Packets.v6(address("fd00::1"), address("fd00::2"), 0, 59, new byte[0]);
        assertThat(total(v4, 20)).isEqualTo(20);
        assertThat(total(v6, 40)).isEqualTo(40);
        assertThat(total(v4, 32)).isEqualTo(20);
        assertThat(total(v6, 48)).isEqualTo(40);
    }

    @Test
    void mayBeAsLongAsItsLengthFieldCanSay() {
        byte[] v4 = new byte[65_535], v6 = new byte[40 + 65_535];
        ByteBuffer.wrap(v4).put(0, (byte) 0x45).putShort(2, (short) 65_535);
        ByteBuffer.wrap(v6).put(0, (byte) 0x60).putShort(4, (short) 65_535);
        assertThat(total(v4, v4.length)).isEqualTo(65_535);
        assertThat(total(v6, v6.length)).isEqualTo(65_575);
    }

    @Test
    void isOfNoOtherVersion() {
        for (int version = 0; version < 16; version++) {
            byte[] packet = V6.clone();
            packet[0] = (byte) (version << 4 | 5);
            ByteBuffer.wrap(packet).putShort(2, (short) 148);
            int known = version == 4 || version == 6 ? version : 0;
            assertThat(IpPacket.version(MemorySegment.ofArray(packet), 0, packet.length))
                    .isEqualTo(known);
            if (known == 0) assertThat(total(packet, packet.length)).isEqualTo(-1);
        }
    }

    @Test
    void tellsItsTrafficClass() {
        for (int trafficClass = 0; trafficClass < 256; trafficClass++) {
            byte[] v4 = Packets.v4(address("10.0.0.1"), address("10.0.0.2"), trafficClass, 17, V4);
            byte[] v6 = Packets.v6(address("fd00::1"), address("fd00::2"), trafficClass, 17, V4);
            assertThat(IpPacket.trafficClass(MemorySegment.ofArray(v4), 0)).isEqualTo(trafficClass);
            assertThat(IpPacket.trafficClass(MemorySegment.ofArray(v6), 0)).isEqualTo(trafficClass);
        }
    }

    @Test
    void itsFieldsAreWhereTheRfcsPutThem() {
        MemorySegment v4 = MemorySegment.ofArray(V4), v6 = MemorySegment.ofArray(V6);
        assertThat(v4.get(ByteOrders.BE32, IpPacket.V4_SOURCE)).isEqualTo(0x0a000001);
        assertThat(v4.get(ByteOrders.BE32, IpPacket.V4_DESTINATION)).isEqualTo(0x0a000002);
        assertThat(v4.get(ByteOrders.U8, IpPacket.V4_PROTOCOL)).isEqualTo((byte) 17);
        assertThat(v4.get(ByteOrders.BE16, IpPacket.V4_TOTAL_LENGTH)).isEqualTo((short) 128);
        assertThat(Packets.onesComplementSum(V4, 0, 20)).isEqualTo(0xffff);
        assertThat(v4.get(ByteOrders.BE16, IpPacket.V4_CHECKSUM)).isNotZero();
        assertThat(v6.get(ByteOrders.BE64, IpPacket.V6_SOURCE + 8)).isEqualTo(1);
        assertThat(v6.get(ByteOrders.BE64, IpPacket.V6_DESTINATION + 8)).isEqualTo(2);
        assertThat(v6.get(ByteOrders.U8, IpPacket.V6_NEXT_HEADER)).isEqualTo((byte) 17);
        assertThat(v6.get(ByteOrders.BE16, IpPacket.V6_PAYLOAD)).isEqualTo((short) 108);
    }

    /// What is said about random bytes never reaches beyond them.
    @Test
    void readsNothingBeyondThePacket() {
        Property.check(
                3_000,
                random -> {
                    byte[] packet = new byte[random.nextInt(80)];
                    random.nextBytes(packet);
                    if (packet.length > 0 && random.nextInt(8) != 0) {
                        packet[0] = (byte) ((random.nextBoolean() ? 0x40 : 0x60) | packet[0] & 15);
                    }
                    int total = total(packet, packet.length);
                    assertThat(total).isLessThanOrEqualTo(packet.length);
                    assertThat(total == -1 || total >= 20).isTrue();
                });
    }

    private static int total(byte[] packet, int length) {
        return IpPacket.totalLength(MemorySegment.ofArray(packet), 0, length);
    }
}
