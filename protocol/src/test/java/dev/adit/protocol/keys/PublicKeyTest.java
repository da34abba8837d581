package dev.adit.protocol.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

class PublicKeyTest {

    @Test
    void survivesBothTexts() {
        Property.check(
                200,
                PublicKeyTest::bytes,
                bytes -> {
                    PublicKey key = key(bytes);
                    assertThat(key.toHex()).isEqualTo(HexFormat.of().formatHex(bytes));
                    assertThat(key.toBase64()).isEqualTo(Base64.getEncoder().encodeToString(bytes));
                    assertThat(PublicKey.fromBase64(key.toBase64())).contains(key);
                    byte[] hex = ("x" + key.toHex()).getBytes(StandardCharsets.ISO_8859_1);
                    assertThat(PublicKey.fromHex(hex, 1, 64)).contains(key);
                });
    }

    @Test
    void isReadAndWrittenAtAnyOffset() {
        byte[] bytes = new byte[40];
        for (int i = 0; i < 40; i++) bytes[i] = (byte) i;
        PublicKey key = new PublicKey(MemorySegment.ofArray(bytes), 5);
        assertThat(key.toHex()).startsWith("050607").endsWith("222324");
        byte[] target = new byte[40];
        key.copyTo(MemorySegment.ofArray(target), 3);
        assertThat(target[2]).isZero();
        assertThat(target[3]).isEqualTo((byte) 5);
        assertThat(target[34]).isEqualTo((byte) 0x24);
        assertThat(target[35]).isZero();
    }

    @Test
    void cannotBeChangedThroughWhatItGivesAway() {
        PublicKey key = key(new byte[32]);
        key.toSegment().set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
        assertThat(key.isZero()).isTrue();
    }

    @Test
    void equalsTheSameBytesOnly() {
        Property.check(
                50,
                PublicKeyTest::bytes,
                bytes -> {
                    assertThat(key(bytes)).isEqualTo(key(bytes)).hasSameHashCodeAs(key(bytes));
                    for (int i = 0; i < 32; i++) {
                        byte[] other = bytes.clone();
                        other[i] ^= (byte) 0x80;
                        assertThat(key(other)).isNotEqualTo(key(bytes));
                    }
                });
    }

    @Test
    void isAbbreviatedAsLogsDo() {
        PublicKey key = PublicKey.fromBase64("QS11eafapPRsxCiBNSqFLyKm6k9Ovka+iDElex3LGpY=").get();
        assertThat(key).hasToString("peer(QS11…LGpY)");
    }

    private static PublicKey key(byte[] bytes) {
        return new PublicKey(MemorySegment.ofArray(bytes), 0);
    }

    private static byte[] bytes(RandomGenerator random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return bytes;
    }
}
