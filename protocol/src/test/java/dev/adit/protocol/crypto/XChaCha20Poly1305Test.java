package dev.adit.protocol.crypto;

import static dev.adit.testing.Segments.hex;
import static dev.adit.testing.Segments.nativeCopy;
import static dev.adit.testing.Segments.of;
import static dev.adit.testing.Segments.zeros;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.adit.protocol.Vectors;
import dev.adit.protocol.crypto.spi.CryptoProvider;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

class XChaCha20Poly1305Test {

    /// draft-irtf-cfrg-xchacha-03 appendix A.3.1.
    @Test
    void sealsTheExampleOfTheDraft() {
        assertSealed(
                "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
                "404142434445464748494a4b4c4d4e4f5051525354555657",
                "50515253c0c1c2c3c4c5c6c7",
                "4c616469657320616e642047656e746c656d656e206f662074686520636c6173"
                        + "73206f66202739393a204966204920636f756c64206f6666657220796f75206f"
                        + "6e6c79206f6e652074697020666f7220746865206675747572652c2073756e73"
                        + "637265656e20776f756c642062652069742e",
                "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb"
                        + "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452"
                        + "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9"
                        + "21f9664c97637da9768812f615c68b13b52e"
                        + "c0875924c1c7987947deafd8780acf49");
    }

    @Test
    void sealsAndOpensTheVectorsOfWycheproof() throws IOException {
        int valid = 0;
        int forged = 0;
        JsonNode file = Vectors.json("wycheproof/xchacha20_poly1305_test.json");
        for (JsonNode group : file.get("testGroups")) {
            for (JsonNode test : group.get("tests")) {
                String nonce = text(test, "iv");
                String sealed = text(test, "ct") + text(test, "tag");
                if (nonce.length() != 2 * XChaCha20Poly1305.NONCE) continue;
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
        assertThat(valid).isEqualTo(246);
        assertThat(forged).isEqualTo(60);
    }

    @Test
    void sealsAndOpensTheVectorsOfGo() throws IOException {
        int run = 0;
        for (JsonNode test : Vectors.json("rfc/chacha20poly1305-golang.json").get("vectors")) {
            if (text(test, "nonce").length() != 2 * XChaCha20Poly1305.NONCE) continue;
            assertSealed(
                    text(test, "key"),
                    text(test, "nonce"),
                    text(test, "aad"),
                    text(test, "plaintext"),
                    text(test, "out"));
            run++;
        }
        assertThat(run).isEqualTo(56);
    }

    private static void assertSealed(
            String key, String nonce, String additional, String plain, String expected) {
        MemorySegment sealed = zeros(expected.length() / 2);
        MemorySegment opened = nativeCopy(zeros(plain.length() / 2));
        XChaCha20Poly1305.seal(CRYPTO, of(key), of(nonce), of(additional), of(plain), sealed);
        assertThat(hex(sealed)).isEqualTo(expected);
        assertThat(
                        XChaCha20Poly1305.open(
                                CRYPTO,
                                nativeCopy(of(key)),
                                nativeCopy(of(nonce)),
                                nativeCopy(of(additional)),
                                nativeCopy(sealed),
                                opened))
                .isTrue();
        assertThat(hex(opened)).isEqualTo(plain);
    }

    private static void assertRefused(String key, String nonce, String additional, String sealed) {
        MemorySegment opened = zeros(sealed.length() / 2 - 16).fill((byte) 0x55);
        assertThat(
                        XChaCha20Poly1305.open(
                                CRYPTO, of(key), of(nonce), of(additional), of(sealed), opened))
                .isFalse();
        assertThat(opened.mismatch(zeros(opened.byteSize()))).isEqualTo(-1);
    }

    private static String text(JsonNode test, String field) {
        return test.get(field).asText();
    }

    private static final CryptoProvider CRYPTO = new JdkCrypto();
}
