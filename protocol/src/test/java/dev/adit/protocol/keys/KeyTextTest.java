package dev.adit.protocol.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/// Both texts of a key against the JDK's own codecs, which are right but not in constant time.
class KeyTextTest {

    // Written

    @Test
    void writesTheBase64OfTheJdk() {
        Property.check(
                500,
                KeyTextTest::key,
                key -> {
                    byte[] text = new byte[50];
                    KeyText.toBase64(MemorySegment.ofArray(key), text, 3);
                    assertThat(latin(Arrays.copyOfRange(text, 3, 47)))
                            .isEqualTo(Base64.getEncoder().encodeToString(key));
                    assertThat(text[2]).isZero();
                    assertThat(text[47]).isZero();
                });
    }

    @Test
    void writesTheHexadecimalOfTheJdk() {
        Property.check(
                500,
                KeyTextTest::key,
                key -> {
                    byte[] text = new byte[70];
                    KeyText.toHex(MemorySegment.ofArray(key), text, 3);
                    assertThat(latin(Arrays.copyOfRange(text, 3, 67)))
                            .isEqualTo(HexFormat.of().formatHex(key));
                    assertThat(text[2]).isZero();
                    assertThat(text[67]).isZero();
                    assertThat(writtenOutside(key)).isEqualTo(Arrays.copyOfRange(text, 3, 67));
                });
    }

    @Test
    void writesEveryByteValueInEveryPlace() {
        for (int value = 0; value < 256; value++) {
            byte[] key = new byte[32];
            Arrays.fill(key, (byte) value);
            byte[] base64 = new byte[44], hex = new byte[64];
            KeyText.toBase64(MemorySegment.ofArray(key), base64, 0);
            KeyText.toHex(MemorySegment.ofArray(key), hex, 0);
            assertThat(base64).isEqualTo(Base64.getEncoder().encode(key));
            assertThat(latin(hex)).isEqualTo(HexFormat.of().formatHex(key));
            assertThat(writtenOutside(key)).isEqualTo(hex);
        }
    }

    // Read

    @Test
    void readsWhatTheJdkWrites() {
        Property.check(
                500,
                KeyTextTest::key,
                key -> {
                    assertThat(readBase64(Base64.getEncoder().encode(key))).isEqualTo(key);
                    assertThat(readHex(latin(HexFormat.of().formatHex(key)))).isEqualTo(key);
                    String upper = HexFormat.of().withUpperCase().formatHex(key);
                    assertThat(readHex(latin(upper))).isEqualTo(key);
                });
    }

    @Test
    void acceptsExactlyTheCanonicalBase64WhateverByteIsPutInWhateverPlace() {
        Property.check(
                4,
                KeyTextTest::key,
                key -> {
                    byte[] text = Base64.getEncoder().encode(key);
                    for (int at = 0; at < text.length; at++) {
                        byte kept = text[at];
                        for (int value = 0; value < 256; value++) {
                            text[at] = (byte) value;
                            assertThat(readBase64(text))
                                    .as("%s", latin(text))
                                    .isEqualTo(canonicalBase64(text));
                        }
                        text[at] = kept;
                    }
                });
    }

    @Test
    void acceptsExactlyHexadecimalDigitsWhateverByteIsPutInWhateverPlace() {
        Property.check(
                4,
                KeyTextTest::key,
                key -> {
                    byte[] text = latin(HexFormat.of().formatHex(key));
                    for (int at = 0; at < text.length; at++) {
                        byte kept = text[at];
                        for (int value = 0; value < 256; value++) {
                            text[at] = (byte) value;
                            assertThat(readHex(text))
                                    .as("%s", latin(text))
                                    .isEqualTo(hexOfTheJdk(text));
                        }
                        text[at] = kept;
                    }
                });
    }

    @Test
    void refusesBase64WhoseUnusedBitsAreNotZero() {
        byte[] text = Base64.getEncoder().encode(new byte[32]);
        for (byte last : latin("BCD")) {
            text[42] = last;
            assertThat(readBase64(text)).isNull();
        }
    }

    @Test
    void refusesWhatTheMimeAndTheUrlAlphabetAllow() {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) 0xff);
        assertThat(readBase64(Base64.getUrlEncoder().encode(key))).isNull();
        byte[] spaced = Base64.getEncoder().encode(key);
        spaced[10] = '\n';
        assertThat(readBase64(spaced)).isNull();
        spaced[10] = '=';
        assertThat(readBase64(spaced)).isNull();
    }

    @Test
    void agreesWithTheJdkAboutRandomText() {
        Property.check(
                2_000,
                random -> {
                    byte[] base64 = text(random, 44, ALPHABET + "=-_ \n");
                    assertThat(readBase64(base64)).isEqualTo(canonicalBase64(base64));
                    byte[] hex = text(random, 64, "0123456789abcdefABCDEF");
                    if (random.nextBoolean()) hex[random.nextInt(64)] = (byte) random.nextInt(256);
                    assertThat(readHex(hex)).isEqualTo(hexOfTheJdk(hex));
                });
    }

    private static byte[] text(RandomGenerator random, int length, String alphabet) {
        byte[] text = new byte[length];
        for (int i = 0; i < length; i++) {
            int of = random.nextInt(50) == 0 ? alphabet.length() : Math.min(64, alphabet.length());
            text[i] = (byte) alphabet.charAt(random.nextInt(of));
        }
        if (length == 44 && random.nextInt(4) != 0) text[43] = '=';
        if (length == 44 && random.nextBoolean()) text[42] = (byte) "AEIMQUYcgkosw048".charAt(9);
        return text;
    }

    private static byte[] canonicalBase64(byte[] text) {
        try {
            byte[] key = Base64.getDecoder().decode(text);
            boolean same = Arrays.equals(Base64.getEncoder().encode(key), text);
            return key.length == 32 && same ? key : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static byte[] hexOfTheJdk(byte[] text) {
        try {
            return HexFormat.of().parseHex(latin(text));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static byte[] writtenOutside(byte[] key) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(70);
            KeyText.toHex(MemorySegment.ofArray(key), text, 3);
            return text.asSlice(3, 64).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    private static byte[] readBase64(byte[] text) {
        byte[] padded = new byte[60], key = new byte[32];
        System.arraycopy(text, 0, padded, 7, 44);
        return KeyText.fromBase64(padded, 7, MemorySegment.ofArray(key)) ? key : null;
    }

    private static byte[] readHex(byte[] text) {
        byte[] padded = new byte[80], key = new byte[32];
        System.arraycopy(text, 0, padded, 7, 64);
        boolean valid = KeyText.fromHex(padded, 7, MemorySegment.ofArray(key));
        // Outside the heap it is read by other code.
        byte[] same = new byte[32];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment outside = arena.allocateFrom(ValueLayout.JAVA_BYTE, text).asSlice(0, 64);
            assertThat(KeyText.fromHex(outside, MemorySegment.ofArray(same))).isEqualTo(valid);
        }
        if (valid) assertThat(same).isEqualTo(key);
        return valid ? key : null;
    }

    private static byte[] key(RandomGenerator random) {
        byte[] key = new byte[32];
        random.nextBytes(key);
        return key;
    }

    private static String latin(byte[] text) {
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static final String ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
}
