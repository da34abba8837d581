package dev.adit.protocol.noise;

import static dev.adit.testing.Segments.hex;
import static dev.adit.testing.Segments.nativeCopy;
import static dev.adit.testing.Segments.zeros;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;

import dev.adit.protocol.Vectors;
import dev.adit.protocol.crypto.CryptoProviders;
import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.keys.SymmetricKey;
import dev.adit.testing.Segments;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;

/// Noise §5.2, against the public vectors of the pattern: another prologue than WireGuard's, and
/// payloads in both messages.
class SymmetricStateTest {

    @Test
    void bothSidesWriteAndReadThePublishedHandshakes() throws IOException {
        int vectors = 0;
        for (JsonNode vector : published()) {
            Party initiator = new Party(vector, "init"), responder = new Party(vector, "resp");
            MemorySegment first = of(vector, 0, "ciphertext"), second = of(vector, 1, "ciphertext");
            initiator.mixResponder(responder.staticPublic);
            responder.mixResponder(responder.staticPublic);

            assertThat(hex(initiator.writeFirst(responder.staticPublic, of(vector, 0, "payload"))))
                    .isEqualTo(hex(first));
            assertThat(responder.readFirst(first)).isEqualTo(text(vector, 0, "payload"));
            assertThat(hex(responder.remoteStatic)).isEqualTo(hex(initiator.staticPublic));

            assertThat(hex(responder.writeSecond(of(vector, 1, "payload")))).isEqualTo(hex(second));
            assertThat(initiator.readSecond(second)).isEqualTo(text(vector, 1, "payload"));

            String hash = vector.get("handshake_hash").asText();
            assertThat(HexFormat.of().formatHex(initiator.state.transcript())).isEqualTo(hash);
            assertThat(HexFormat.of().formatHex(responder.state.transcript())).isEqualTo(hash);
            assertTransport(vector, initiator.state, responder.state);
            vectors++;
        }
        assertThat(vectors).isPositive();
    }

    /// The messages behind the handshake alternate; the initiator's are the even ones.
    private static void assertTransport(JsonNode vector, SymmetricState one, SymmetricState two) {
        SymmetricKey[] keys = new SymmetricKey[4];
        for (int i = 0; i < 4; i++) keys[i] = new SymmetricKey();
        one.split(keys[0], keys[1]);
        two.split(keys[2], keys[3]);
        assertThat(keys[0]).isEqualTo(keys[2]).isNotEqualTo(keys[1]);
        assertThat(keys[1]).isEqualTo(keys[3]);
        int messages = vector.get("messages").size();
        assertThat(messages).isGreaterThan(2);
        for (int i = 2; i < messages; i++) {
            MemorySegment plain = of(vector, i, "payload");
            MemorySegment sealed = zeros(plain.byteSize() + 16);
            try (Aead aead = CryptoProviders.provider().aead(keys[i % 2].reveal())) {
                aead.seal((i - 2) / 2, zeros(0), plain, sealed);
            }
            assertThat(hex(sealed)).isEqualTo(text(vector, i, "ciphertext"));
        }
    }

    /// One side of IKpsk2, token by token.
    private static final class Party {
        private final SymmetricState state;
        private final MemorySegment staticPrivate, staticPublic, ephemeral, psk;
        private MemorySegment remoteStatic, remoteEphemeral;

        Party(JsonNode vector, String side) {
            String name = vector.get("protocol_name").asText();
            state = new SymmetricState(name, of(vector.get(side + "_prologue").asText()));
            staticPrivate = nativeCopy(of(vector.get(side + "_static").asText()));
            ephemeral = nativeCopy(of(vector.get(side + "_ephemeral").asText()));
            psk = of(vector.get(side + "_psks").get(0).asText());
            staticPublic = zeros(32);
            CryptoProviders.provider().x25519Public(staticPrivate, staticPublic);
        }

        void mixResponder(MemorySegment responder) {
            state.mixHash(responder);
        }

        MemorySegment writeFirst(MemorySegment responder, MemorySegment payload) {
            remoteStatic = responder;
            MemorySegment out = zeros(32 + 48 + payload.byteSize() + 16);
            writeEphemeral(out);
            mixDh(ephemeral, responder);
            state.encryptAndHash(staticPublic, out.asSlice(32, 48));
            mixDh(staticPrivate, responder);
            state.encryptAndHash(payload, out.asSlice(80));
            return out;
        }

        String readFirst(MemorySegment message) {
            readEphemeral(message);
            mixDh(staticPrivate, remoteEphemeral);
            remoteStatic = zeros(32);
            assertThat(state.decryptAndHash(message.asSlice(32, 48), remoteStatic)).isTrue();
            mixDh(staticPrivate, remoteStatic);
            return open(message.asSlice(80));
        }

        MemorySegment writeSecond(MemorySegment payload) {
            MemorySegment out = zeros(32 + payload.byteSize() + 16);
            writeEphemeral(out);
            mixDh(ephemeral, remoteEphemeral);
            mixDh(ephemeral, remoteStatic);
            state.mixKeyAndHash(psk);
            state.encryptAndHash(payload, out.asSlice(32));
            return out;
        }

        String readSecond(MemorySegment message) {
            readEphemeral(message);
            mixDh(ephemeral, remoteEphemeral);
            mixDh(staticPrivate, remoteEphemeral);
            state.mixKeyAndHash(psk);
            return open(message.asSlice(32));
        }

        private void writeEphemeral(MemorySegment out) {
            MemorySegment point = out.asSlice(0, 32);
            CryptoProviders.provider().x25519Public(ephemeral, point);
            state.mixHash(point);
            state.mixKey(point);
        }

        private void readEphemeral(MemorySegment message) {
            remoteEphemeral = message.asSlice(0, 32);
            state.mixHash(remoteEphemeral);
            state.mixKey(remoteEphemeral);
        }

        private void mixDh(MemorySegment scalar, MemorySegment point) {
            MemorySegment shared = nativeCopy(zeros(32));
            assertThat(CryptoProviders.provider().x25519(scalar, point, shared)).isTrue();
            state.mixKey(shared);
        }

        private String open(MemorySegment sealed) {
            MemorySegment plain = zeros(sealed.byteSize() - 16);
            assertThat(state.decryptAndHash(sealed, plain)).isTrue();
            return hex(plain);
        }
    }

    // Reference §8.1
    @Test
    void startsAsThePaperSays() {
        SymmetricState state = new SymmetricState(NAME, "WireGuard v1 zx2c4 Jason@zx2c4.com");
        assertThat(HexFormat.of().formatHex(state.transcript()))
                .isEqualTo("2211b361081ac566691243db458ad5322d9c6c662293e8b70ee19c65ba079ef3");
    }

    @Test
    void whatDoesNotAuthenticateChangesNothing() {
        SymmetricState sender = new SymmetricState(NAME, "x"), receiver = sender.copy();
        sender.mixKey(zeros(32));
        receiver.mixKey(zeros(32));
        MemorySegment sealed = zeros(21), plain = zeros(5);
        sender.encryptAndHash(of("0102030405"), sealed);
        for (int bit = 0; bit < 21 * 8; bit++) {
            byte[] forged = HexFormat.of().parseHex(hex(sealed));
            forged[bit / 8] ^= (byte) (1 << bit % 8);
            byte[] before = receiver.transcript();
            assertThat(receiver.decryptAndHash(MemorySegment.ofArray(forged), plain)).isFalse();
            assertThat(receiver.transcript()).isEqualTo(before);
        }
        assertThat(receiver.decryptAndHash(sealed, plain)).isTrue();
        assertThat(hex(plain)).isEqualTo("0102030405");
        assertThat(receiver.transcript()).isEqualTo(sender.transcript());
    }

    @Test
    void aCopyGoesItsOwnWay() {
        SymmetricState state = new SymmetricState(NAME, "x"), copy = state.copy();
        byte[] before = state.transcript();
        copy.mixHash(zeros(1));
        copy.mixKey(zeros(1));
        copy.mixKeyAndHash(zeros(32));
        assertThat(state.transcript()).isEqualTo(before).isNotEqualTo(copy.transcript());
        copy.erase();
        assertThat(copy.transcript()).containsOnly(0);
        assertThat(state.transcript()).isEqualTo(before);
    }

    @Test
    void aShortNameIsABug() {
        assertThatThrownBy(() -> new SymmetricState("Noise_NN", "x"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static JsonNode published() throws IOException {
        return Vectors.json("noise/ikpsk2_25519_chachapoly_blake2s.json").get("vectors");
    }

    private static MemorySegment of(JsonNode vector, int message, String field) {
        return of(text(vector, message, field));
    }

    private static MemorySegment of(String hex) {
        return Segments.of(hex);
    }

    private static String text(JsonNode vector, int message, String field) {
        return vector.get("messages").get(message).get(field).asText();
    }

    private static final String NAME = "Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s";
}
