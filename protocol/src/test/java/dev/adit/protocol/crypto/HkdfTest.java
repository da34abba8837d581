package dev.adit.protocol.crypto;

import static dev.adit.testing.Segments.hex;
import static dev.adit.testing.Segments.nativeCopy;
import static dev.adit.testing.Segments.of;
import static dev.adit.testing.Segments.zeros;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.adit.protocol.Vectors;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

class HkdfTest {

    @Test
    void derivesWhatOthersDerive() {
        assertDerived(
                "746573742d6b6579",
                "746573742d696e707574",
                "6f0e5ad38daba1bea8a0d213688736f19763239305e0f58aba697f9ffc41c633",
                "df1194df20802a4fe594cde27e92991c8cae66c366e8106aaa937a55fa371e8a",
                "fac6e2745a325f5dc5d11a5b165aad08b0ada28e7b4e666b7c077934a4d76c24");
        assertDerived(
                "",
                "",
                "8387b46bf43eccfcf349552a095d8315c4055beb90208fb1be23b894bc2ed5d0",
                "58a0e5f6faefccf4807bff1f05fa8a9217945762040bcec2f4b4a62bdfe0e86e",
                "0ce6ea98ec548f8e281e93e32db65621c45eb18dc6f0a7ad94178610a2f7338e");
    }

    @Test
    void derivesThePublishedVectors() throws IOException {
        for (JsonNode test : Vectors.json("wireguard/kdf.json").get("vectors")) {
            assertDerived(
                    test.get("key").asText(),
                    test.get("input").asText(),
                    test.get("t0").asText(),
                    test.get("t1").asText(),
                    test.get("t2").asText());
        }
    }

    @Test
    void authenticatesThePublishedVectors() throws IOException {
        int run = 0;
        for (JsonNode test : Vectors.json("blake2s/hmac-blake2s.json").get("vectors")) {
            MemorySegment out = zeros(32);
            Hkdf.hmac(
                    zeros(Blake2s.BLOCK),
                    zeros(Blake2s.STATE),
                    out,
                    of(test.get("key").asText()),
                    of(test.get("in").asText()));
            assertThat(hex(out)).isEqualTo(test.get("out").asText());
            run++;
        }
        assertThat(run).isPositive();
    }

    @Test
    void writesOutputsOverKeyAndInput() {
        MemorySegment key = of("11".repeat(32)), input = of("22".repeat(32));
        MemorySegment out1 = zeros(32), out2 = zeros(32), out3 = zeros(32);
        Hkdf.kdf3(key, input, out1, out2, out3);
        MemorySegment aliasedKey = nativeCopy(key), aliasedInput = nativeCopy(input);
        MemorySegment third = zeros(32);
        Hkdf.kdf3(aliasedKey, aliasedInput, aliasedKey, aliasedInput, third);
        assertThat(hex(aliasedKey)).isEqualTo(hex(out1));
        assertThat(hex(aliasedInput)).isEqualTo(hex(out2));
        assertThat(hex(third)).isEqualTo(hex(out3));
    }

    private static void assertDerived(
            String key, String input, String out1, String out2, String out3) {
        MemorySegment first = zeros(32), second = nativeCopy(zeros(32)), third = zeros(32);
        Hkdf.kdf3(of(key), nativeCopy(of(input)), first, second, third);
        assertThat(hex(first)).isEqualTo(out1);
        assertThat(hex(second)).isEqualTo(out2);
        assertThat(hex(third)).isEqualTo(out3);
        Hkdf.kdf2(of(key), of(input), third, first);
        assertThat(hex(third)).isEqualTo(out1);
        assertThat(hex(first)).isEqualTo(out2);
        Hkdf.kdf1(of(key), of(input), second);
        assertThat(hex(second)).isEqualTo(out1);
    }
}
