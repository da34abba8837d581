package dev.adit.protocol.noise;

import static dev.adit.testing.Segments.hex;
import static dev.adit.testing.Segments.nativeCopy;
import static dev.adit.testing.Segments.zeros;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.adit.protocol.Vectors;
import dev.adit.protocol.cookie.MacGenerator;
import dev.adit.protocol.crypto.CryptoProviders;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.Keypair;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.keys.SymmetricKey;
import dev.adit.testing.Segments;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Whole handshakes with fixed ephemeral keys, byte for byte as an independent implementation made
/// them (paper §5.4.2 to §5.4.5).
class RecordedHandshakeTest {

    @Test
    void writesTheRecordedInitiation() throws IOException {
        int checked = 0;
        for (JsonNode v : recorded()) {
            if (!hasTimeOfDay(v)) continue;
            Party initiator = new Party(v, "initiator", "responder");
            assertThat(hex(initiator.initiation())).isEqualTo(v.get("initiation").asText());
            checked++;
        }
        assertThat(checked).isPositive();
    }

    /// Two of the recordings bear timestamps that no clock gives: they are gone through token by
    /// token.
    @Test
    void everyStateOnTheWayIsAsRecorded() throws IOException {
        for (JsonNode v : recorded()) {
            MemorySegment message = of(v.get("initiation").asText());
            SymmetricState state =
                    Handshake.initialState(new PublicKey(of(v, "responder_public"), 0));
            MemorySegment point = message.asSlice(8, 32);
            assertPublic(v, "initiator_ephemeral_private", point);
            state.mixHash(point);
            state.mixKey(point);
            mixDh(state, of(v, "initiator_ephemeral_private"), of(v, "responder_public"));
            MemorySegment sealed = zeros(48);
            state.encryptAndHash(of(v, "initiator_public"), sealed);
            assertThat(hex(sealed)).isEqualTo(hex(message.asSlice(40, 48)));
            mixDh(state, of(v, "initiator_private"), of(v, "responder_public"));
            sealed = zeros(28);
            state.encryptAndHash(of(v, "timestamp"), sealed);
            assertThat(hex(sealed)).isEqualTo(hex(message.asSlice(88, 28)));
            assertThat(HexFormat.of().formatHex(state.transcript()))
                    .isEqualTo(v.get("hash_after_initiation").asText());

            message = of(v.get("response").asText());
            point = message.asSlice(12, 32);
            assertPublic(v, "responder_ephemeral_private", point);
            state.mixHash(point);
            state.mixKey(point);
            mixDh(state, of(v, "initiator_ephemeral_private"), point);
            mixDh(state, of(v, "initiator_private"), point);
            state.mixKeyAndHash(of(v, "psk"));
            sealed = zeros(16);
            state.encryptAndHash(zeros(0), sealed);
            assertThat(hex(sealed)).isEqualTo(hex(message.asSlice(44, 16)));
            assertThat(HexFormat.of().formatHex(state.transcript()))
                    .isEqualTo(v.get("hash_after_response").asText());
            SymmetricKey fromInitiator = new SymmetricKey(), fromResponder = new SymmetricKey();
            state.split(fromInitiator, fromResponder);
            assertThat(hex(fromInitiator.reveal())).isEqualTo(v.get("initiator_send_key").asText());
            assertThat(hex(fromResponder.reveal())).isEqualTo(v.get("responder_send_key").asText());
        }
    }

    @Test
    void answersTheRecordedInitiationWithTheRecordedResponse() throws IOException {
        int checked = 0;
        for (JsonNode v : recorded()) {
            Party responder = new Party(v, "responder", "initiator");
            MemorySegment initiation = of(v.get("initiation").asText());
            if (v.get("timestamp").asText().matches("0+")) {
                // Not after "never": an initiation that nobody could have made.
                assertThat(responder.consume(initiation)).contains(DropReason.REPLAYED_INITIATION);
                continue;
            }
            assertThat(responder.consume(initiation)).isEmpty();
            MemorySegment response = zeros(92);
            Optional<Keypair> keys = responder.respond(v.get("responder_index"), response);
            assertThat(hex(response)).isEqualTo(v.get("response").asText());
            assertThat(keys.get().initiator()).isFalse();
            assertKeys(v, keys.get(), "responder", "initiator");
            checked++;
        }
        assertThat(checked).isPositive();
    }

    @Test
    void finishesWithTheRecordedResponse() throws IOException {
        for (JsonNode v : recorded()) {
            if (!hasTimeOfDay(v)) continue;
            Party initiator = new Party(v, "initiator", "responder");
            initiator.initiation();
            Optional<Keypair> keys = initiator.finish(of(v.get("response").asText()));
            assertThat(keys.get().initiator()).isTrue();
            assertKeys(v, keys.get(), "initiator", "responder");
        }
    }

    @Test
    void aCookieMakesTheRecordedMac2() throws IOException {
        for (JsonNode v : recorded()) {
            MacGenerator cookies = new MacGenerator(new PublicKey(of(v, "responder_public"), 0));
            MemorySegment initiation = of(v.get("initiation").asText());
            cookies.stamp(0, initiation, 0, 116);
            assertThat(hex(initiation)).isEqualTo(v.get("initiation").asText());
            assertThat(cookies.consumeReply(0, of(v.get("cookie_reply").asText()), 0)).isTrue();
            cookies.stamp(0, initiation, 0, 116);
            assertThat(hex(initiation)).isEqualTo(v.get("initiation_with_mac2").asText());
        }
    }

    private static void assertKeys(JsonNode v, Keypair keys, String own, String other) {
        assertThat(hex(keys.sending().reveal())).isEqualTo(v.get(own + "_send_key").asText());
        assertThat(hex(keys.receiving().reveal())).isEqualTo(v.get(other + "_send_key").asText());
        assertThat(keys.localIndex()).isEqualTo((int) v.get(own + "_index").asLong());
        assertThat(keys.remoteIndex()).isEqualTo((int) v.get(other + "_index").asLong());
    }

    /// One side of a recording, whose chance is the recorded ephemeral key.
    private static final class Party {
        private final JsonNode recording;
        private final String own;
        private final StaticIdentity identity;
        private final Handshake handshake;
        private final MacGenerator macs;

        Party(JsonNode v, String own, String other) {
            recording = v;
            this.own = own;
            identity = new StaticIdentity(new PrivateKey(of(v, own + "_private")));
            assertThat(identity.publicKey().toHex()).isEqualTo(v.get(own + "_public").asText());
            PublicKey remote = new PublicKey(of(v, other + "_public"), 0);
            handshake = new Handshake(remote);
            handshake.identity(identity);
            handshake.presharedKey(new PresharedKey(of(v, "psk")));
            macs = new MacGenerator(remote);
        }

        MemorySegment initiation() {
            MemorySegment message = nativeCopy(zeros(160));
            int index = (int) recording.get("initiator_index").asLong();
            assertThat(
                            handshake.createInitiation(
                                    identity, timeOf(recording), index, chance(), message, 7))
                    .isTrue();
            macs.stamp(0, message, 7, 116);
            assertThat(hex(message.asSlice(0, 7))).isEqualTo("00".repeat(7));
            return message.asSlice(7, 148);
        }

        Optional<DropReason> consume(MemorySegment initiation) {
            IncomingInitiation opened =
                    IncomingInitiation.open(identity, initiation, 0).orElseThrow();
            assertThat(opened.remoteStatic().toHex())
                    .isEqualTo(recording.get("initiator_public").asText());
            return handshake.consumeInitiation(0, opened);
        }

        Optional<Keypair> respond(JsonNode index, MemorySegment response) {
            Optional<Keypair> keys =
                    handshake.createResponse((int) index.asLong(), chance(), response, 0);
            macs.stamp(0, response, 0, 60);
            return keys;
        }

        Optional<Keypair> finish(MemorySegment response) {
            return handshake.consumeResponse(identity, response, 0);
        }

        private RandomGenerator chance() {
            byte[] ephemeral =
                    of(recording, own + "_ephemeral_private").toArray(ValueLayout.JAVA_BYTE);
            return new RandomGenerator() {
                @Override
                public void nextBytes(byte[] bytes) {
                    assertThat(bytes).hasSize(32);
                    System.arraycopy(ephemeral, 0, bytes, 0, 32);
                }

                @Override
                public long nextLong() {
                    throw new AssertionError("only an ephemeral key is drawn");
                }
            };
        }
    }

    private static void mixDh(SymmetricState state, MemorySegment scalar, MemorySegment point) {
        MemorySegment shared = nativeCopy(zeros(32));
        assertThat(CryptoProviders.provider().x25519(nativeCopy(scalar), point, shared)).isTrue();
        state.mixKey(shared);
    }

    private static void assertPublic(JsonNode v, String name, MemorySegment point) {
        MemorySegment expected = zeros(32);
        CryptoProviders.provider().x25519Public(nativeCopy(of(v, name)), expected);
        assertThat(hex(point)).isEqualTo(hex(expected));
    }

    /// True when the recorded timestamp is one that a clock gives.
    private static boolean hasTimeOfDay(JsonNode v) {
        return v.get("timestamp").asText().startsWith("4000000");
    }

    private static Instant timeOf(JsonNode v) {
        String label = v.get("timestamp").asText();
        return Instant.ofEpochSecond(
                Long.parseLong(label.substring(0, 16), 16) - 0x400000000000000aL,
                Long.parseLong(label.substring(16), 16));
    }

    private static MemorySegment of(JsonNode v, String name) {
        return Segments.of(v.get(name).asText());
    }

    private static MemorySegment of(String hex) {
        return Segments.of(hex);
    }

    private static JsonNode recorded() throws IOException {
        return Vectors.json("wireguard/handshake.json").get("vectors");
    }
}
