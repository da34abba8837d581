package dev.adit.ip.header;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.testing.Packets;
import dev.adit.testing.Property;
import dev.adit.testing.Segments;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

class ChecksumTest {

    @Test
    void agreesWithTheExampleOfRfc1071() {
        MemorySegment data = Segments.of("0001f203f4f5f6f7");
        assertThat(Checksum.of(data, 0, 8, 0)).isEqualTo(~0xddf2 & 0xffff);
    }

    @Test
    void padsAnOddByteWithZero() {
        assertThat(Checksum.of(Segments.of("ab"), 0, 1, 0)).isEqualTo(~0xab00 & 0xffff);
        assertThat(Checksum.of(Segments.of("0000ab"), 0, 3, 0)).isEqualTo(~0xab00 & 0xffff);
    }

    @Test
    void ofNothingIsTheInitialSumAlone() {
        MemorySegment nothing = MemorySegment.ofArray(new byte[0]);
        assertThat(Checksum.of(nothing, 0, 0, 0)).isEqualTo(0xffff);
        assertThat(Checksum.of(nothing, 0, 0, 0x12345)).isEqualTo(~0x2346 & 0xffff);
    }

    @Test
    void agreesWithASumWordByWord() {
        Property.check(
                2_000,
                random -> {
                    byte[] data = new byte[random.nextInt(120)];
                    random.nextBytes(data);
                    if (random.nextInt(4) == 0) Arrays.fill(data, (byte) 0xff);
                    int from = random.nextInt(data.length + 1);
                    int length = random.nextInt(data.length - from + 1);
                    int sum = Packets.onesComplementSum(data, from, length);
                    assertThat(Checksum.of(MemorySegment.ofArray(data), from, length, 0))
                            .isEqualTo(~sum & 0xffff);
                });
    }

    @Test
    void foldsEveryCarryOfTheLongestPacket() {
        byte[] data = new byte[65_535];
        Arrays.fill(data, (byte) 0xff);
        int sum = Packets.onesComplementSum(data, 0, data.length);
        assertThat(Checksum.of(MemorySegment.ofArray(data), 0, data.length, 0))
                .isEqualTo(~sum & 0xffff);
        int more = (sum + 0xffff & 0xffff) + (sum + 0xffff >> 16);
        assertThat(Checksum.of(MemorySegment.ofArray(data), 0, data.length, 0xffff_0000L))
                .isEqualTo(~more & 0xffff);
    }
}
