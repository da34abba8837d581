package dev.adit.protocol;

import static dev.adit.testing.Segments.hex;
import static dev.adit.testing.Segments.nativeCopy;
import static dev.adit.testing.Segments.of;
import static dev.adit.testing.Segments.zeros;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;

import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.AeadBatch;
import dev.adit.protocol.crypto.spi.CryptoProvider;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// ChaCha20-Poly1305 as every [CryptoProvider] has to compute it: the examples of RFC 8439, the
/// published vectors, and the promises of [Aead] for single messages.
public abstract class AeadContract {

    /// The provider under test.
    protected abstract CryptoProvider provider();

    /// Its AEAD with nonces that start with the four bytes of `fixedPart` in place of zeros, as
    /// those of most published vectors do.
    protected abstract Aead aead(MemorySegment key, int fixedPart);

    /// RFC 8439 §2.8.2.
    @Test
    void sealsTheExampleOfTheRfc() {
        assertSealed(
                "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
                "070000004041424344454647",
                "50515253c0c1c2c3c4c5c6c7",
                "4c616469657320616e642047656e746c656d656e206f662074686520636c6173"
                        + "73206f66202739393a204966204920636f756c64206f6666657220796f75206f"
                        + "6e6c79206f6e652074697020666f7220746865206675747572652c2073756e73"
                        + "637265656e20776f756c642062652069742e",
                "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6"
                        + "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36"
                        + "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
                        + "3ff4def08e4b7a9de576d26586cec64b6116"
                        + "1ae10b594f09e26a7e902ecbd0600691");
    }

    @Test
    void sealsAndOpensTheVectorsOfWycheproof() throws IOException {
        int valid = 0;
        int forged = 0;
        JsonNode file = Vectors.json("wycheproof/chacha20_poly1305_test.json");
        for (JsonNode group : file.get("testGroups")) {
            for (JsonNode test : group.get("tests")) {
                String nonce = text(test, "iv");
                String sealed = text(test, "ct") + text(test, "tag");
                if (nonce.length() != 24) continue; // the interface takes no other
                if (text(test, "result").equals("valid")) {
                    assertSealed(
                            text(test, "key"), nonce, text(test, "aad"), text(test, "msg"), sealed);
                    valid++;
                } else {
                    assertRefused(text(test, "key"), nonce, text(test, "aad"), sealed);
                    forged++;
                }
            }
        }
        assertThat(valid).isEqualTo(256);
        assertThat(forged).isEqualTo(60);
    }

    @Test
    void sealsAndOpensTheVectorsOfGo() throws IOException {
        int run = 0;
        for (JsonNode test : Vectors.json("rfc/chacha20poly1305-golang.json").get("vectors")) {
            if (text(test, "nonce").length() != 24) continue; // XChaCha20-Poly1305
            assertSealed(
                    text(test, "key"),
                    text(test, "nonce"),
                    text(test, "aad"),
                    text(test, "plaintext"),
                    text(test, "out"));
            run++;
        }
        assertThat(run).isEqualTo(46);
    }

    @Test
    void refusesEveryFlippedBit() {
        MemorySegment sealed = zeros(21);
        MemorySegment plain = of("0102030405");
        MemorySegment additional = of("aabb");
        try (Aead aead = provider().aead(of("42".repeat(32)))) {
            aead.seal(1, additional, plain, sealed);
            for (int bit = 0; bit < 8 * sealed.byteSize(); bit++) {
                flip(sealed, bit);
                MemorySegment opened = zeros(5).fill((byte) 0x55);
                assertThat(aead.open(1, additional, sealed, opened)).isFalse();
                assertThat(hex(opened)).isEqualTo("0000000000");
                flip(sealed, bit);
            }
            for (int bit = 0; bit < 16; bit++) {
                flip(additional, bit);
                assertThat(aead.open(1, additional, sealed, zeros(5))).isFalse();
                flip(additional, bit);
            }
            assertThat(aead.open(2, additional, sealed, zeros(5))).isFalse();
            assertThat(aead.open(1, MemorySegment.NULL, sealed, zeros(5))).isFalse();
            assertThat(aead.open(1, additional, sealed, zeros(5))).isTrue();
        }
    }

    @Test
    void refusesWhatIsShorterThanATag() {
        try (Aead aead = provider().aead(of("42".repeat(32)))) {
            for (int length = 0; length < Aead.TAG; length++) {
                assertThat(aead.open(0, MemorySegment.NULL, zeros(length), zeros(0))).isFalse();
            }
        }
    }

    @Test
    void sealsTheSameCounterTwiceToTheSame() {
        try (Aead aead = provider().aead(of("42".repeat(32)))) {
            for (long counter : new long[] {0, 0, -1, 0, 5, 5, 5}) {
                MemorySegment once = zeros(26), again = zeros(26);
                aead.seal(counter, MemorySegment.NULL, zeros(10), once);
                aead.seal(counter, MemorySegment.NULL, zeros(10), again);
                assertThat(hex(again)).isEqualTo(hex(once));
            }
        }
    }

    @Test
    void opensAMessageWhereItLies() {
        MemorySegment message = nativeCopy(zeros(40 + Aead.TAG));
        MemorySegment text = message.asSlice(0, 40);
        try (Aead aead = provider().aead(of("42".repeat(32)))) {
            aead.seal(9, of("aa"), text, message);
            assertThat(hex(text)).isNotEqualTo("00".repeat(40));
            assertThat(aead.open(9, of("aa"), message, text)).isTrue();
            assertThat(hex(text)).isEqualTo("00".repeat(40));
        }
    }

    @Test
    void keepsACopyOfTheKey() {
        MemorySegment key = nativeCopy(of("42".repeat(32)));
        try (Aead aead = provider().aead(key)) {
            MemorySegment before = zeros(16), after = zeros(16);
            aead.seal(0, MemorySegment.NULL, zeros(0), before);
            key.fill((byte) 0);
            aead.seal(0, MemorySegment.NULL, zeros(0), after);
            assertThat(hex(after)).isEqualTo(hex(before));
        }
    }

    @Test
    void isOfNoUseOnceClosed() {
        Aead aead = provider().aead(of("42".repeat(32)));
        aead.seal(0, MemorySegment.NULL, zeros(0), zeros(16));
        aead.close();
        aead.close();
        AeadBatch work = new AeadBatch(1);
        work.in = work.out = Arena.ofAuto().allocate(64);
        work.add(0, 0, 16, 0);
        assertThatThrownBy(() -> aead.seal(0, MemorySegment.NULL, zeros(0), zeros(16)))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> aead.open(0, MemorySegment.NULL, zeros(16), zeros(0)))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> aead.seal(work)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> aead.open(work)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void worksUnderTheKeyThatItAdopts() {
        MemorySegment none = zeros(0), plain = of("00112233"), sealed = zeros(20);
        MemorySegment expected = zeros(20), opened = zeros(4);
        try (Aead own = aead(of("01".repeat(32)), 0);
                Aead other = aead(of("02".repeat(32)), 0)) {
            other.seal(7, none, plain, expected);
            own.seal(7, none, plain, sealed); // whatever it has done before
            own.open(7, none, sealed, opened);
            own.adopt(other);
            own.seal(7, none, plain, sealed);
            assertThat(hex(sealed)).isEqualTo(hex(expected));
            assertThat(own.open(7, none, expected, opened)).isTrue();
            assertThat(hex(opened)).isEqualTo(hex(plain));
            assertThat(other.open(7, none, sealed, opened)).isTrue();
        }
    }

    @Test
    void keepsAnAdoptedKeyWhenTheOtherIsClosed() {
        MemorySegment none = zeros(0), plain = of("00112233"), sealed = zeros(20);
        try (Aead own = aead(of("01".repeat(32)), 0)) {
            try (Aead other = aead(of("02".repeat(32)), 0)) {
                own.adopt(other);
            }
            own.seal(7, none, plain, sealed);
        }
        try (Aead same = aead(of("02".repeat(32)), 0)) {
            assertThat(same.open(7, none, sealed, zeros(4))).isTrue();
        }
    }

    @Test
    void adoptsNothingFromAClosedOneNorAsOne() {
        Aead closed = aead(of("01".repeat(32)), 0);
        closed.close();
        try (Aead open = aead(of("02".repeat(32)), 0)) {
            assertThatThrownBy(() -> open.adopt(closed)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> closed.adopt(open)).isInstanceOf(IllegalStateException.class);
        }
    }

    /// Both ways, on and off the heap, and in a batch when there is no additional data.
    private void assertSealed(
            String key, String nonce, String additional, String plain, String expected) {
        long counter = of(nonce.substring(8)).get(LE64, 0);
        try (Aead aead = aead(of(key), of(nonce).get(BE32, 0))) {
            MemorySegment sealed = zeros(expected.length() / 2);
            MemorySegment opened = nativeCopy(zeros(plain.length() / 2));
            aead.seal(counter, of(additional), nativeCopy(of(plain)), sealed);
            assertThat(hex(sealed)).isEqualTo(expected);
            assertThat(aead.open(counter, nativeCopy(of(additional)), sealed, opened)).isTrue();
            assertThat(hex(opened)).isEqualTo(plain);
            if (additional.isEmpty()) assertSealedInBatch(aead, counter, of(plain), expected);
        }
    }

    private static void assertSealedInBatch(
            Aead aead, long counter, MemorySegment plain, String expected) {
        int length = (int) plain.byteSize();
        AeadBatch work = new AeadBatch(1);
        work.in = work.out = Arena.ofAuto().allocate(length + 21);
        MemorySegment.copy(plain, 0, work.in, 5, length);
        work.add(5, 5, length, counter);
        aead.seal(work);
        assertThat(hex(work.out.asSlice(5, length + Aead.TAG))).isEqualTo(expected);
        work.length[0] = length + Aead.TAG;
        aead.open(work);
        assertThat(work.length[0]).isEqualTo(length);
        assertThat(hex(work.out.asSlice(5, length))).isEqualTo(hex(plain));
    }

    private void assertRefused(String key, String nonce, String additional, String sealed) {
        long counter = of(nonce.substring(8)).get(LE64, 0);
        try (Aead aead = aead(of(key), of(nonce).get(BE32, 0))) {
            MemorySegment opened = zeros(sealed.length() / 2 - Aead.TAG).fill((byte) 0x55);
            assertThat(aead.open(counter, of(additional), of(sealed), opened)).isFalse();
            assertThat(opened.mismatch(zeros(opened.byteSize()))).isEqualTo(-1);
        }
    }

    private static String text(JsonNode test, String field) {
        return test.get(field).asText();
    }

    private static void flip(MemorySegment segment, int bit) {
        byte old = segment.get(ValueLayout.JAVA_BYTE, bit / 8);
        segment.set(ValueLayout.JAVA_BYTE, bit / 8, (byte) (old ^ 1 << bit % 8));
    }

    // As nonces are written: the fixed part, then the counter.
    private static final ValueLayout.OfInt BE32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LE64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
}
