package dev.adit.protocol.cookie;

import static dev.adit.testing.Segments.hex;
import static dev.adit.testing.Segments.nativeCopy;
import static dev.adit.testing.Segments.of;
import static dev.adit.testing.Segments.zeros;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.bytes.ByteOrders;
import dev.adit.protocol.Vectors;
import dev.adit.protocol.crypto.JdkCrypto;
import dev.adit.protocol.crypto.XChaCha20Poly1305;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.wire.Initiation;
import dev.adit.protocol.wire.Response;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// Paper §5.3: both sides of a cookie, against the recorded handshakes and against each other.
class CookieTest {
    private final RandomGenerator random = new SplittableRandom(1);
    private final CookieChecker checker = new CookieChecker(SERVER);
    private final MacGenerator cookies = new MacGenerator(SERVER);
    private final MemorySegment message = nativeCopy(zeros(OFFSET + Initiation.LENGTH + 5));
    private final MemorySegment reply = nativeCopy(zeros(64));
    private final MacScratch scratch = new MacScratch();

    // The recorded handshakes

    @Test
    void stampsMac1AsRecorded() throws IOException {
        for (JsonNode recorded : recorded()) {
            MemorySegment initiation = bytes(recorded, "initiation");
            String expected = hex(initiation);
            initiation.asSlice(Initiation.MAC1, 32).fill((byte) 0x55);
            new MacGenerator(key(recorded, "responder_public")).stamp(0, initiation, 0, 116);
            assertThat(hex(initiation)).isEqualTo(expected);

            MemorySegment response = bytes(recorded, "response");
            expected = hex(response);
            response.asSlice(Response.MAC1, 32).fill((byte) 0x55);
            new MacGenerator(key(recorded, "initiator_public")).stamp(0, response, 0, 60);
            assertThat(hex(response)).isEqualTo(expected);
        }
    }

    @Test
    void takesTheRecordedCookieAndStampsMac2AsRecorded() throws IOException {
        for (JsonNode recorded : recorded()) {
            MacGenerator cookies = new MacGenerator(key(recorded, "responder_public"));
            MemorySegment initiation = bytes(recorded, "initiation");
            cookies.stamp(0, initiation, 0, 116);
            assertThat(cookies.consumeReply(0, bytes(recorded, "cookie_reply"), 0)).isTrue();
            cookies.stamp(0, initiation, 0, 116);
            assertThat(hex(initiation)).isEqualTo(recorded.get("initiation_with_mac2").asText());
        }
    }

    @Test
    void acceptsTheRecordedMac1() throws IOException {
        for (JsonNode recorded : recorded()) {
            CookieChecker responder = new CookieChecker(key(recorded, "responder_public"));
            CookieChecker initiator = new CookieChecker(key(recorded, "initiator_public"));
            MemorySegment initiation = bytes(recorded, "initiation");
            MemorySegment response = bytes(recorded, "response");
            assertThat(responder.mac1Valid(initiation, 0, Initiation.MAC1, scratch)).isTrue();
            assertThat(initiator.mac1Valid(initiation, 0, Initiation.MAC1, scratch)).isFalse();
            assertThat(initiator.mac1Valid(response, 0, Response.MAC1, scratch)).isTrue();
            assertThat(responder.mac1Valid(response, 0, Response.MAC1, scratch)).isFalse();
        }
    }

    // mac1

    @Test
    void refusesAnyChangeOfAMessageWithMac1() {
        cookies.stamp(0, message, OFFSET, MAC1);
        for (int bit = 0; bit < 8 * (MAC1 + 16); bit++) {
            flip(message, bit);
            assertThat(checker.mac1Valid(message, OFFSET, MAC1, scratch)).isFalse();
            flip(message, bit);
        }
        assertThat(checker.mac1Valid(message, OFFSET, MAC1, scratch)).isTrue();
    }

    @Test
    void staysWithinTheMessage() {
        message.fill((byte) 0x55);
        cookies.stamp(0, message, OFFSET, MAC1);
        assertThat(hex(message.asSlice(0, OFFSET))).isEqualTo("55".repeat(OFFSET));
        assertThat(hex(message.asSlice(OFFSET + Initiation.LENGTH))).isEqualTo("55".repeat(5));
    }

    // Cookie replies

    @Test
    void provesItsAddressWithTheCookie() {
        demandCookie(SECOND, CLIENT);
        cookies.stamp(2 * SECOND, message, OFFSET, MAC1);
        assertThat(checker.mac1Valid(message, OFFSET, MAC1, scratch)).isTrue();
        assertThat(checker.mac2Valid(2 * SECOND, message, OFFSET, MAC2, CLIENT, scratch)).isTrue();
    }

    @Test
    void provesTheAddressInResponsesToo() {
        cookies.stamp(0, message, OFFSET, Response.MAC1);
        checker.createReply(0, 7, message, OFFSET + Response.MAC1, CLIENT, reply, random, scratch);
        assertThat(cookies.consumeReply(0, reply, 0)).isTrue();
        cookies.stamp(0, message, OFFSET, Response.MAC1);
        assertThat(checker.mac2Valid(0, message, OFFSET, Response.MAC2, CLIENT, scratch)).isTrue();
    }

    @Test
    void addressesTheReplyToTheSenderIndex() {
        cookies.stamp(0, message, OFFSET, MAC1);
        checker.createReply(0, 0x11223344, message, OFFSET + MAC1, CLIENT, reply, random, scratch);
        assertThat(hex(reply.asSlice(0, 8))).isEqualTo("03000000" + "44332211");
    }

    @Test
    void neverUsesANonceTwice() {
        checker.createReply(0, 1, message, OFFSET + MAC1, CLIENT, reply, random, scratch);
        String first = hex(reply);
        checker.createReply(0, 1, message, OFFSET + MAC1, CLIENT, reply, random, scratch);
        assertThat(hex(reply).substring(16, 64)).isNotEqualTo(first.substring(16, 64));
    }

    @Test
    void refusesAReplyToNothing() {
        checker.createReply(0, 1, message, OFFSET + MAC1, CLIENT, reply, random, scratch);
        assertThat(cookies.consumeReply(0, reply, 0)).isFalse();
    }

    @Test
    void refusesASecondReplyToTheSameMessage() {
        cookies.stamp(0, message, OFFSET, MAC1);
        checker.createReply(0, 1, message, OFFSET + MAC1, CLIENT, reply, random, scratch);
        assertThat(cookies.consumeReply(0, reply, 0)).isTrue();
        assertThat(cookies.consumeReply(0, reply, 0)).isFalse();
    }

    @Test
    void refusesAReplyToAnEarlierMessage() {
        cookies.stamp(0, message, OFFSET, MAC1);
        checker.createReply(0, 1, message, OFFSET + MAC1, CLIENT, reply, random, scratch);
        message.set(ValueLayout.JAVA_BYTE, OFFSET + 8, (byte) 1);
        cookies.stamp(0, message, OFFSET, MAC1);
        assertThat(cookies.consumeReply(0, reply, 0)).isFalse();
    }

    @Test
    void changesNothingForAForgedReply() {
        cookies.stamp(0, message, OFFSET, MAC1);
        checker.createReply(0, 1, message, OFFSET + MAC1, CLIENT, reply, random, scratch);
        for (int bit = 8 * 8; bit < 8 * 64; bit++) {
            MemorySegment forged = nativeCopy(reply);
            flipAt(forged, bit);
            assertThat(cookies.consumeReply(0, forged, 0)).isFalse();
        }
        cookies.stamp(0, message, OFFSET, MAC1);
        assertThat(hex(message.asSlice(OFFSET + MAC2, 16))).isEqualTo(ZEROS);
        assertThat(cookies.consumeReply(0, reply, 0)).as("still waits for the real one").isTrue();
    }

    @Test
    void refusesTheReplyOfAnotherPeer() {
        cookies.stamp(0, message, OFFSET, MAC1);
        new CookieChecker(OTHER)
                .createReply(0, 1, message, OFFSET + MAC1, CLIENT, reply, random, scratch);
        assertThat(cookies.consumeReply(0, reply, 0)).isFalse();
    }

    /// Without our two classes: the reply opens with the key that the paper says.
    @Test
    void sealsTheCookieAsThePaperSays() {
        cookies.stamp(0, message, OFFSET, MAC1);
        checker.createReply(0, 1, message, OFFSET + MAC1, CLIENT, reply, random, scratch);
        MemorySegment cookie = zeros(16);
        assertThat(
                        XChaCha20Poly1305.open(
                                new JdkCrypto(),
                                MacKeys.cookieKey(SERVER),
                                reply.asSlice(8, 24),
                                message.asSlice(OFFSET + MAC1, 16),
                                reply.asSlice(32, 32),
                                cookie))
                .isTrue();
        assertThat(hex(cookie)).isNotEqualTo(ZEROS);
    }

    // Ages

    @Test
    void usesACookieFor115Seconds() {
        demandCookie(10 * SECOND, CLIENT);
        cookies.stamp(125 * SECOND - 1, message, OFFSET, MAC1);
        assertThat(hex(message.asSlice(OFFSET + MAC2, 16))).isNotEqualTo(ZEROS);
        cookies.stamp(125 * SECOND, message, OFFSET, MAC1);
        assertThat(hex(message.asSlice(OFFSET + MAC2, 16))).isEqualTo(ZEROS);
        assertThat(checker.mac1Valid(message, OFFSET, MAC1, scratch)).isTrue();
    }

    @Test
    void acceptsACookieFor120Seconds() {
        demandCookie(10 * SECOND, CLIENT);
        cookies.stamp(10 * SECOND, message, OFFSET, MAC1);
        assertThat(mac2Valid(130 * SECOND - 1, CLIENT)).isTrue();
        assertThat(mac2Valid(130 * SECOND, CLIENT)).isFalse();
    }

    @Test
    void keepsTheSecretFor120SecondsAndThenMakesANewOne() {
        demandCookie(10 * SECOND, CLIENT);
        cookies.stamp(10 * SECOND, message, OFFSET, MAC1);
        MemorySegment stamped = nativeCopy(message);

        demandCookie(130 * SECOND - 1, CLIENT);
        message.copyFrom(stamped);
        assertThat(mac2Valid(130 * SECOND - 1, CLIENT)).as("the same secret").isTrue();

        demandCookie(130 * SECOND, CLIENT);
        message.copyFrom(stamped);
        assertThat(mac2Valid(130 * SECOND, CLIENT)).as("a new secret").isFalse();
        cookies.stamp(130 * SECOND, message, OFFSET, MAC1);
        assertThat(mac2Valid(250 * SECOND - 1, CLIENT)).isTrue();
    }

    @Test
    void knowsNoMac2BeforeTheFirstReply() {
        assertThat(mac2Valid(0, CLIENT)).isFalse();
        demandCookie(0, CLIENT);
        cookies.stamp(0, message, OFFSET, MAC1);
        checker.erase();
        assertThat(mac2Valid(0, CLIENT)).isFalse();
    }

    @Test
    void forgetsTheCookie() {
        demandCookie(0, CLIENT);
        cookies.erase();
        cookies.stamp(0, message, OFFSET, MAC1);
        assertThat(hex(message.asSlice(OFFSET + MAC2, 16))).isEqualTo(ZEROS);
    }

    // Addresses

    @Test
    void bindsTheCookieToAddressAndPort() {
        List<Endpoint> endpoints =
                List.of(
                        new Endpoint(IpAddress.v4(0x0a000001), 51820),
                        new Endpoint(IpAddress.v4(0x0a000002), 51820),
                        new Endpoint(IpAddress.v4(0x0a000001), 51821),
                        new Endpoint(IpAddress.v6(0x0a00000100000000L, 0), 51820),
                        new Endpoint(IpAddress.v6(0x20010db800000000L, 1), 51820),
                        new Endpoint(IpAddress.v6(0x20010db800000000L, 2), 51820),
                        new Endpoint(IpAddress.v6(0x20010db800000001L, 1), 51820));
        for (Endpoint from : endpoints) {
            demandCookie(0, from);
            cookies.stamp(0, message, OFFSET, MAC1);
            for (Endpoint other : endpoints) {
                assertThat(mac2Valid(0, other)).isEqualTo(other.equals(from));
            }
        }
    }

    @Test
    void refusesAnyChangeOfAMessageWithMac2() {
        demandCookie(0, CLIENT);
        cookies.stamp(0, message, OFFSET, MAC1);
        for (int bit = 0; bit < 8 * Initiation.LENGTH; bit++) {
            flip(message, bit);
            assertThat(mac2Valid(0, CLIENT)).isFalse();
            flip(message, bit);
        }
        assertThat(mac2Valid(0, CLIENT)).isTrue();
    }

    /// Sends a message from `from`, gets a cookie reply and consumes it.
    private void demandCookie(long now, Endpoint from) {
        cookies.stamp(now, message, OFFSET, MAC1);
        checker.createReply(now, 7, message, OFFSET + MAC1, from, reply, random, scratch);
        assertThat(cookies.consumeReply(now, reply, 0)).isTrue();
    }

    @Test
    void leavesNothingSecretInTheScratchMemory() {
        demandCookie(0, CLIENT);
        cookies.stamp(0, message, OFFSET, MAC1);
        assertThat(mac2Valid(0, CLIENT)).isTrue();
        assertThat(hex(scratch.cookie)).isEqualTo(ZEROS);
        assertThat(hex(scratch.state)).isEqualTo("00".repeat((int) scratch.state.byteSize()));
    }

    private boolean mac2Valid(long now, Endpoint from) {
        return checker.mac2Valid(now, message, OFFSET, MAC2, from, scratch);
    }

    private static void flip(MemorySegment message, int bit) {
        flipAt(message, 8 * OFFSET + bit);
    }

    private static void flipAt(MemorySegment segment, int bit) {
        byte old = segment.get(ByteOrders.U8, bit / 8);
        segment.set(ByteOrders.U8, bit / 8, (byte) (old ^ 1 << bit % 8));
    }

    private static JsonNode recorded() throws IOException {
        return Vectors.json("wireguard/handshake.json").get("vectors");
    }

    private static MemorySegment bytes(JsonNode recorded, String field) {
        return of(recorded.get(field).asText());
    }

    private static PublicKey key(JsonNode recorded, String field) {
        return new PublicKey(bytes(recorded, field), 0);
    }

    private static final long SECOND = 1_000_000_000;
    private static final int OFFSET = 3;
    private static final int MAC1 = 116; // paper §5.4.2
    private static final int MAC2 = 132;
    private static final String ZEROS = "00".repeat(16);
    private static final PublicKey SERVER = new PublicKey(of("42".repeat(32)), 0);
    private static final PublicKey OTHER = new PublicKey(of("43".repeat(32)), 0);
    private static final Endpoint CLIENT = new Endpoint(IpAddress.v4(0x0a000001), 51820);
}
