package dev.adit.ip.header;

import static dev.adit.testing.Packets.address;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.address.IpAddress;
import dev.adit.testing.Packets;
import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

class IcmpUnreachableTest {

    @Test
    void isForIpv4TheErrorOfRfc792() {
        byte[] packet =
                Packets.v4(address("10.0.0.1"), address("10.0.0.2"), 0, 17, bytes("cafe0102"));
        assertThat(HexFormat.of().formatHex(answer(packet)))
                .isEqualTo(
                        "45c00034" // version 4, network control; 20 + 8 + 24 bytes
                                + "00000000" // nothing is fragmented
                                + "40016607" // 64 hops, ICMP, checksum
                                + "0a000002" // from where the packet went
                                + "0a000001"
                                + "0301" // destination, namely the host, is unreachable
                                + "30fe" // checksum
                                + "00000000"
                                + HexFormat.of().formatHex(packet));
    }

    @Test
    void isForIpv6TheErrorOfRfc4443() {
        byte[] packet =
                Packets.v6(address("fd00::1"), address("fd00::2"), 0, 17, bytes("cafe0102"));
        assertThat(HexFormat.of().formatHex(answer(packet)))
                .isEqualTo(
                        "60000000"
                                + "00343a40" // 8 + 44 bytes, ICMPv6, 64 hops
                                + "fd000000000000000000000000000002"
                                + "fd000000000000000000000000000001"
                                + "0103" // destination, namely the address, is unreachable
                                + "a9f9" // checksum
                                + "00000000"
                                + HexFormat.of().formatHex(packet));
    }

    @Test
    void quotesAsMuchAsFits() {
        for (int length = 0; length <= 1500; length++) {
            byte[] v4 = answer(udp(V4, V4_TO, length)), v6 = answer(udp(V6, V6_TO, length));
            assertThat(v4).hasSize(Math.min(28 + 28 + length, 576));
            assertThat(v6).hasSize(Math.min(48 + 48 + length, 1280));
            assertChecksumsAreRight(v4);
            assertChecksumsAreRight(v6);
        }
    }

    @Test
    void hasRightChecksumsWhateverItQuotes() {
        Property.check(
                1_000,
                random -> {
                    byte[] payload = new byte[random.nextInt(1400)];
                    random.nextBytes(payload);
                    IpAddress to = IpAddress.v6(random.nextLong() & -1L >>> 1, random.nextLong());
                    byte[] error = answer(Packets.udp(V6, to, payload));
                    assertChecksumsAreRight(error);
                    IpAddress to4 = IpAddress.v4(0x0a000000 | random.nextInt(1 << 24));
                    assertChecksumsAreRight(answer(Packets.udp(V4, to4, payload)));
                });
    }

    @Test
    void writesWhereItIsToldAndNowhereElse() {
        byte[] packet = udp(V4, V4_TO, 40);
        byte[] in = new byte[packet.length + 3];
        System.arraycopy(packet, 0, in, 3, packet.length);
        byte[] out = new byte[2000];
        Arrays.fill(out, (byte) 0x77);
        int length =
                IcmpUnreachable.write(
                        MemorySegment.ofArray(in),
                        3,
                        packet.length,
                        MemorySegment.ofArray(out),
                        11);
        assertThat(Arrays.copyOfRange(out, 11, 11 + length)).isEqualTo(answer(packet));
        for (int i = 0; i < out.length; i++) {
            if (i < 11 || i >= 11 + length) assertThat(out[i]).isEqualTo((byte) 0x77);
        }
    }

    // RFC 1122 §3.2.2

    @Test
    void answersNoIpv4SourceThatIsNoSingleHost() {
        for (String source :
                new String[] {
                    "0.0.0.0",
                    "127.0.0.1",
                    "127.255.255.255",
                    "224.0.0.1",
                    "239.255.255.255",
                    "240.0.0.1",
                    "255.255.255.255"
                }) {
            assertUnanswered(Packets.udp(address(source), V4_TO, new byte[8]));
        }
        assertAnswered(Packets.udp(address("126.255.255.255"), V4_TO, new byte[8]));
        assertAnswered(Packets.udp(address("128.0.0.0"), V4_TO, new byte[8]));
        assertAnswered(Packets.udp(address("223.255.255.255"), V4_TO, new byte[8]));
    }

    @Test
    void answersNoIpv4PacketToManyHosts() {
        for (String to : new String[] {"224.0.0.251", "239.1.2.3", "255.255.255.255"}) {
            assertUnanswered(Packets.udp(V4, address(to), new byte[8]));
        }
    }

    @Test
    void answersTheFirstFragmentOnly() {
        byte[] packet = udp(V4, V4_TO, 40);
        ByteBuffer.wrap(packet).putShort(6, (short) 0x2000);
        assertAnswered(packet);
        for (int offset = 1; offset < 0x2000; offset <<= 1) {
            for (int flags : new int[] {0, 0x2000, 0x4000, 0x8000}) {
                ByteBuffer.wrap(packet).putShort(6, (short) (flags | offset));
                assertUnanswered(packet);
            }
        }
    }

    @Test
    void answersNoIcmpError() {
        for (int type = 0; type < 256; type++) {
            byte[] packet = Packets.v4(V4, V4_TO, 0, 1, new byte[] {(byte) type, 0, 0, 0});
            boolean error = type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
            if (error) assertUnanswered(packet);
            else assertAnswered(packet);
        }
        assertUnanswered(Packets.v4(V4, V4_TO, 0, 1, new byte[0])); // nobody can tell
    }

    @Test
    void findsTheIcmpTypeBehindOptions() {
        byte[] options = new byte[41];
        options[40] = 3;
        byte[] packet = Packets.v4(V4, V4_TO, 0, 1, options);
        packet[0] = 0x4f;
        assertUnanswered(packet);
        packet[60] = 8;
        assertAnswered(packet);
    }

    @Test
    void answersNoIpv4PacketWhoseHeaderLengthIsWrong() {
        byte[] packet = udp(V4, V4_TO, 0);
        for (int words : new int[] {0, 4, 8, 15}) {
            packet[0] = (byte) (0x40 | words);
            assertUnanswered(packet);
        }
    }

    // RFC 4443 §2.4 (e)

    @Test
    void answersNoIpv6SourceThatIsNoSingleNode() {
        assertUnanswered(Packets.udp(address("::"), V6_TO, new byte[8]));
        assertUnanswered(Packets.udp(address("ff02::1"), V6_TO, new byte[8]));
        assertAnswered(Packets.udp(address("fe80::1"), V6_TO, new byte[8]));
    }

    @Test
    void answersNoIpv6PacketToManyNodes() {
        assertUnanswered(Packets.udp(V6, address("ff02::fb"), new byte[8]));
        assertUnanswered(Packets.udp(V6, address("ffff::1"), new byte[8]));
    }

    @Test
    void answersNoIcmpv6ErrorAndNoRedirect() {
        for (int type = 0; type < 256; type++) {
            byte[] packet = Packets.v6(V6, V6_TO, 0, 58, new byte[] {(byte) type, 0, 0, 0});
            if (type < 128 || type == 137) assertUnanswered(packet);
            else assertAnswered(packet);
        }
        assertUnanswered(Packets.v6(V6, V6_TO, 0, 58, new byte[0]));
    }

    @Test
    void findsTheIcmpv6TypeBehindExtensionHeaders() {
        String hopByHop = "2b00000000000000"; // then routing
        String routing = "3c01000000000000" + "0000000000000000"; // 16 bytes, then destination
        String destination = "3300000000000000"; // then authentication
        String authentication = "2c02000000000000" + "0000000000000000"; // 16 bytes, then fragment
        String fragment = "3a00000100000000"; // the first one, then ICMPv6
        String all = hopByHop + routing + destination + authentication + fragment;
        assertUnanswered(Packets.v6(V6, V6_TO, 0, 0, bytes(all + "01030000")));
        assertAnswered(Packets.v6(V6, V6_TO, 0, 0, bytes(all + "80000000")));
        assertUnanswered(Packets.v6(V6, V6_TO, 0, 0, bytes(all))); // nobody can tell
        assertUnanswered(Packets.v6(V6, V6_TO, 0, 0, bytes("3a010000")));
    }

    @Test
    void answersALaterIpv6FragmentAsItBearsNoType() {
        assertAnswered(Packets.v6(V6, V6_TO, 0, 44, bytes("3a00000800000000" + "01030000")));
    }

    @Test
    void aChainOfExtensionHeadersEndsWithThePacket() {
        byte[] chain = new byte[1400]; // hop-by-hop headers of 8 bytes, each followed by another
        assertUnanswered(Packets.v6(V6, V6_TO, 0, 0, chain));
    }

    // Whatever arrives

    @Test
    void anAnswerIsValidAndShortWhateverThePacket() {
        Property.check(
                5_000,
                random -> {
                    byte[] packet = new byte[20 + random.nextInt(100)];
                    random.nextBytes(packet);
                    boolean v6 = packet.length >= 40 && random.nextBoolean();
                    packet[0] = (byte) ((v6 ? 0x60 : 0x40) | packet[0] & 15);
                    if (random.nextBoolean()) packet[v6 ? 6 : 9] = (byte) (v6 ? 58 : 1);
                    byte[] error = answer(packet);
                    if (error.length > 0) assertChecksumsAreRight(error);
                });
    }

    private static void assertAnswered(byte[] packet) {
        assertThat(answer(packet)).isNotEmpty();
    }

    private static void assertUnanswered(byte[] packet) {
        assertThat(answer(packet)).isEmpty();
    }

    private static void assertChecksumsAreRight(byte[] error) {
        MemorySegment segment = MemorySegment.ofArray(error);
        assertThat(IpPacket.totalLength(segment, 0, error.length)).isEqualTo(error.length);
        if (error[0] >> 4 == 4) {
            assertThat(Packets.onesComplementSum(error, 0, 20)).isEqualTo(0xffff);
            assertThat(Packets.onesComplementSum(error, 20, error.length - 20)).isEqualTo(0xffff);
            return;
        }
        ByteBuffer pseudo =
                ByteBuffer.allocate(error.length)
                        .put(error, 8, 32)
                        .putInt(error.length - 40)
                        .putInt(58)
                        .put(error, 40, error.length - 40);
        assertThat(Packets.onesComplementSum(pseudo.array(), 0, pseudo.position()))
                .isEqualTo(0xffff);
    }

    private static byte[] answer(byte[] packet) {
        byte[] out = new byte[IcmpUnreachable.MAX_LENGTH];
        int length =
                IcmpUnreachable.write(
                        MemorySegment.ofArray(packet),
                        0,
                        packet.length,
                        MemorySegment.ofArray(out),
                        0);
        return Arrays.copyOf(out, length);
    }

    private static byte[] udp(IpAddress from, IpAddress to, int length) {
        return Packets.udp(from, to, new byte[length]);
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static final IpAddress V4 = address("10.0.0.1"), V4_TO = address("192.168.7.7");
    private static final IpAddress V6 = address("fd00::1"), V6_TO = address("2001:db8::7");
}
