package dev.adit.protocol.crypto;

import static dev.adit.testing.Segments.hex;
import static dev.adit.testing.Segments.of;
import static dev.adit.testing.Segments.zeros;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.adit.protocol.Vectors;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

class HChaCha20Test {

    /// draft-irtf-cfrg-xchacha-03 §2.2.1.
    @Test
    void derivesTheExampleOfTheDraft() {
        MemorySegment out = zeros(32);
        HChaCha20.derive(
                of("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"),
                of("000000090000004a0000000031415927"),
                out);
        assertThat(hex(out))
                .isEqualTo("82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc");
    }

    @Test
    void derivesThePublishedVectors() throws IOException {
        for (JsonNode test : Vectors.json("xchacha/hchacha20.json").get("vectors")) {
            MemorySegment out = zeros(32);
            HChaCha20.derive(of(test.get("key").asText()), of(test.get("nonce").asText()), out);
            assertThat(hex(out)).isEqualTo(test.get("out").asText());
        }
    }
}
