package dev.adit.protocol.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;

class SecretKeyTest {
    private final PrivateKey key = new PrivateKey(MemorySegment.ofArray(BYTES));

    @Test
    void showsNothingOfItselfAsText() {
        List<SecretKey> keys =
                List.of(
                        key,
                        new PresharedKey(MemorySegment.ofArray(BYTES)),
                        new SymmetricKey(MemorySegment.ofArray(BYTES)));
        for (SecretKey secret : keys) {
            assertThat(secret.toString())
                    .isEqualTo(secret.getClass().getSimpleName() + "[hidden]")
                    .isEqualTo(erased(secret).toString());
        }
    }

    private static SecretKey erased(SecretKey like) {
        return switch (like) {
            case PrivateKey k -> new PrivateKey(MemorySegment.ofArray(new byte[32]));
            case PresharedKey k -> PresharedKey.none();
            case SymmetricKey k -> new SymmetricKey();
        };
    }

    @Test
    void aKeypairShowsItsIndexAndNoKey() {
        SymmetricKey one = new SymmetricKey(MemorySegment.ofArray(BYTES));
        SymmetricKey two = new SymmetricKey(MemorySegment.ofArray(BYTES));
        Keypair pair = new Keypair(one, two, -1, 7, true);
        assertThat(pair).hasToString("Keypair[4294967295]");
        pair.erase();
        assertThat(one.isZero()).isTrue();
        assertThat(two.isZero()).isTrue();
    }

    @Test
    void aGeneratedPrivateKeyIsWhatTheGeneratorGaveAndClamped() {
        PrivateKey generated = PrivateKey.generate(new SplittableRandom(1));
        byte[] bytes = new byte[32];
        new SplittableRandom(1).nextBytes(bytes);
        assertThat(generated).isEqualTo(new PrivateKey(MemorySegment.ofArray(bytes)));
        assertThat(generated).isNotEqualTo(PrivateKey.generate(new SplittableRandom(2)));
        assertThat(PresharedKey.generate(new SplittableRandom(1)))
                .isEqualTo(new PresharedKey(MemorySegment.ofArray(bytes)));
    }

    @Test
    void aGeneratorGetsItsArrayBackErased() {
        List<byte[]> seen = new ArrayList<>();
        RandomGenerator random =
                new RandomGenerator() {
                    @Override
                    public void nextBytes(byte[] bytes) {
                        Arrays.fill(bytes, (byte) 7);
                        seen.add(bytes);
                    }

                    @Override
                    public long nextLong() {
                        throw new AssertionError("a key is bytes");
                    }
                };
        PrivateKey.generate(random);
        PresharedKey.generate(random);
        assertThat(seen).hasSize(2).allSatisfy(bytes -> assertThat(bytes).containsOnly(0));
    }

    @Test
    void isTheSameKeyAfterItWasWrittenAndReadAsText() {
        PresharedKey preshared = new PresharedKey(MemorySegment.ofArray(BYTES));
        String base64 = new String(key.toBase64(), StandardCharsets.US_ASCII);
        String hex = new String(key.toHex(), StandardCharsets.US_ASCII);
        assertThat(PrivateKey.fromBase64(base64)).contains(key);
        assertThat(PrivateKey.fromHex(hex)).contains(key);
        assertThat(
                        PresharedKey.fromBase64(
                                new String(preshared.toBase64(), StandardCharsets.US_ASCII)))
                .contains(preshared);
        assertThat(PresharedKey.fromHex(new String(preshared.toHex(), StandardCharsets.US_ASCII)))
                .contains(preshared);
        assertThat(PublicKey.fromHex(key.publicKey().toHex())).contains(key.publicKey());
    }

    @Test
    void noOtherTextIsAKey() {
        String base64 = new String(key.toBase64(), StandardCharsets.US_ASCII);
        for (String text :
                List.of("", base64 + "=", base64.substring(1), base64.replace('=', '\u013d'))) {
            assertThat(PrivateKey.fromBase64(text)).isEmpty();
            assertThat(PresharedKey.fromBase64(text)).isEmpty();
            assertThat(PrivateKey.fromHex(text)).isEmpty();
            assertThat(PresharedKey.fromHex(text)).isEmpty();
            assertThat(PublicKey.fromHex(text)).isEmpty();
        }
    }

    @Test
    void hasTheSameHashWhateverItsBytes() {
        Property.check(
                50,
                random -> {
                    byte[] other = new byte[32];
                    random.nextBytes(other);
                    assertThat(new PrivateKey(MemorySegment.ofArray(other))).hasSameHashCodeAs(key);
                });
    }

    @Test
    void equalsAKeyOfTheSameKindAndBytesOnly() {
        assertThat(key).isEqualTo(new PrivateKey(MemorySegment.ofArray(BYTES)));
        assertThat(key).isNotEqualTo(new PresharedKey(MemorySegment.ofArray(BYTES)));
        assertThat(key).isNotEqualTo(new SymmetricKey(MemorySegment.ofArray(BYTES)));
        assertThat(key).isNotEqualTo(null);
        PresharedKey shared = new PresharedKey(MemorySegment.ofArray(BYTES));
        for (int bit = 0; bit < 256; bit++) {
            byte[] other = BYTES.clone();
            other[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(shared).isNotEqualTo(new PresharedKey(MemorySegment.ofArray(other)));
            boolean clamped = bit < 3 || bit >= 254;
            assertThat(key.equals(new PrivateKey(MemorySegment.ofArray(other))))
                    .as("a private key that differs in bit %d is the same", bit)
                    .isEqualTo(clamped);
        }
    }

    @Test
    void aPrivateKeyIsClampedHoweverItIsMade() {
        byte[] ones = new byte[32], clamped = new byte[32];
        Arrays.fill(ones, (byte) 0xff);
        Arrays.fill(clamped, (byte) 0xff);
        clamped[0] = (byte) 0xf8;
        clamped[31] = 0x7f;
        byte[] hex = latin(HexFormat.of().formatHex(ones));
        byte[] base64 = latin(Base64.getEncoder().encodeToString(ones));
        PrivateKey made = new PrivateKey(MemorySegment.ofArray(ones));
        List<PrivateKey> keys =
                List.of(
                        made,
                        made.copy(),
                        PrivateKey.fromHex(hex, 0, 64).orElseThrow(),
                        PrivateKey.fromHex(MemorySegment.ofArray(hex)).orElseThrow(),
                        PrivateKey.fromBase64(base64, 0, 44).orElseThrow());
        for (PrivateKey one : keys) {
            byte[] text = new byte[44];
            one.toBase64(text, 0);
            assertThat(text).isEqualTo(latin(Base64.getEncoder().encodeToString(clamped)));
        }
    }

    @Test
    void noPrivateKeyStaysNone() {
        byte[] zeros = latin("0".repeat(64));
        assertThat(new PrivateKey(MemorySegment.ofArray(new byte[32])).isZero()).isTrue();
        assertThat(PrivateKey.fromHex(zeros, 0, 64).orElseThrow().isZero()).isTrue();
    }

    @Test
    void copiesWhatItIsMadeOf() {
        byte[] source = BYTES.clone();
        PrivateKey made = new PrivateKey(MemorySegment.ofArray(source));
        Arrays.fill(source, (byte) 0);
        assertThat(made).isEqualTo(key);
        PrivateKey copy = made.copy();
        made.erase();
        assertThat(copy).isEqualTo(key);
        PresharedKey shared = new PresharedKey(MemorySegment.ofArray(BYTES));
        PresharedKey sharedCopy = shared.copy();
        shared.erase();
        assertThat(sharedCopy.isZero()).isFalse();
    }

    @Test
    void isZeroOnceErased() {
        assertThat(key.isZero()).isFalse();
        key.erase();
        assertThat(key.isZero()).isTrue();
        assertThat(key.reveal().toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
        assertThat(PresharedKey.none().isZero()).isTrue();
        assertThat(new SymmetricKey().isZero()).isTrue();
    }

    @Test
    void isZeroOnlyWhenNoBitIsSet() {
        for (int bit = 0; bit < 256; bit++) {
            byte[] one = new byte[32];
            one[bit / 8] = (byte) (1 << bit % 8);
            assertThat(new PrivateKey(MemorySegment.ofArray(one)).isZero()).isFalse();
            assertThat(new PublicKey(MemorySegment.ofArray(one), 0).isZero()).isFalse();
        }
    }

    @Test
    void liesOutsideTheHeap() {
        assertThat(key.reveal().isNative()).isTrue();
        assertThat(key.reveal().byteSize()).isEqualTo(32);
    }

    @Test
    void readsAndWritesBothTexts() {
        String hex = HexFormat.of().formatHex(BYTES);
        String base64 = Base64.getEncoder().encodeToString(BYTES);
        byte[] text = latin("@" + hex + "#" + base64);
        assertThat(PrivateKey.fromHex(text, 1, 64)).contains(key);
        assertThat(PrivateKey.fromBase64(text, 66, 44)).contains(key);
        PresharedKey shared = new PresharedKey(MemorySegment.ofArray(BYTES));
        assertThat(PresharedKey.fromHex(text, 1, 64)).contains(shared);
        assertThat(PresharedKey.fromBase64(text, 66, 44)).contains(shared);

        byte[] written = new byte[110];
        key.toHex(written, 1);
        key.toBase64(written, 66);
        assertThat(new String(written, 1, 64, StandardCharsets.ISO_8859_1)).isEqualTo(hex);
        assertThat(new String(written, 66, 44, StandardCharsets.ISO_8859_1)).isEqualTo(base64);
    }

    @Test
    void readsNoTextOfAnotherLength() {
        byte[] hex = latin(HexFormat.of().formatHex(BYTES) + "00");
        byte[] base64 = latin(Base64.getEncoder().encodeToString(BYTES) + "====");
        for (int length = 0; length <= 66; length++) {
            if (length == 64) continue;
            assertThat(PrivateKey.fromHex(hex, 0, length)).isEmpty();
            assertThat(PresharedKey.fromHex(hex, 0, length)).isEmpty();
            assertThat(PublicKey.fromHex(hex, 0, length)).isEmpty();
        }
        for (int length = 0; length <= 48; length++) {
            if (length == 44) continue;
            assertThat(PrivateKey.fromBase64(base64, 0, length)).isEmpty();
            assertThat(PresharedKey.fromBase64(base64, 0, length)).isEmpty();
            String text = new String(base64, 0, length, StandardCharsets.ISO_8859_1);
            assertThat(PublicKey.fromBase64(text)).isEmpty();
        }
    }

    @Test
    void readsNoTextWithAWrongCharacter() {
        Function<String, Optional<PublicKey>> base64 = PublicKey::fromBase64;
        String right = Base64.getEncoder().encodeToString(BYTES);
        assertThat(base64.apply(right)).isPresent();
        assertThat(base64.apply("é" + right.substring(1))).isEmpty();
        assertThat(base64.apply("\uff21" + right.substring(1))).isEmpty(); // a wide A
        assertThat(base64.apply("\ud83d\ude00" + right.substring(2))).isEmpty();
        byte[] hex = latin(HexFormat.of().formatHex(BYTES));
        hex[40] = 'g';
        assertThat(PrivateKey.fromHex(hex, 0, 64)).isEmpty();
        assertThat(PresharedKey.fromHex(hex, 0, 64)).isEmpty();
        assertThat(PublicKey.fromHex(hex, 0, 64)).isEmpty();
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static final byte[] BYTES = new byte[32];

    static {
        for (int i = 0; i < 32; i++) BYTES[i] = (byte) (0xc0 + 3 * i);
        BYTES[31] = 0x5d; // so that it is a private key that was clamped
    }
}
