package dev.adit.protocol.noise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.protocol.RandomBytes;
import dev.adit.protocol.keys.Keypair;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.keys.SymmetricKey;
import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// Whole handshakes of [Handshake] with a [NoiseOracle] on the other side, in either role: the same
/// bytes in every message before its macs, the same transport keys, and the same verdict on
/// messages with one bit changed and on another preshared key.
///
/// The system property `adit.handshakes` says how many handshakes are tried, half of them in each
/// role: 4,000 if not given, which take some 20 seconds of processor time.
class NoiseOracleTest {

    /// The keys of one handshake: private ones, and the preshared one.
    private static final class Keys {
        final long initiatorSeed, responderSeed; // of the ephemeral keys
        final byte[] initiator, responder, initiatorEphemeral, responderEphemeral, psk;
        final StaticIdentity initiatorIdentity, responderIdentity;
        final Instant time;
        final int initiatorIndex, responderIndex;

        Keys(RandomGenerator random) {
            initiator = privateKey(random);
            responder = privateKey(random);
            initiatorIdentity = identity(initiator);
            responderIdentity = identity(responder);
            initiatorSeed = random.nextLong();
            responderSeed = random.nextLong();
            initiatorEphemeral = firstKey(initiatorSeed);
            responderEphemeral = firstKey(responderSeed);
            psk = RandomBytes.of(random, 32);
            time = Instant.ofEpochSecond(random.nextLong(1L << 33), random.nextInt(1_000_000_000));
            initiatorIndex = random.nextInt();
            responderIndex = random.nextInt();
        }

        NoiseOracle initiatorOracle() {
            byte[] remote = bytes(responderIdentity.publicKey().toSegment());
            return new NoiseOracle(true, PROLOGUE, initiator, initiatorEphemeral, remote, psk);
        }

        NoiseOracle responderOracle() {
            return new NoiseOracle(false, PROLOGUE, responder, responderEphemeral, null, psk);
        }

        Handshake initiatorHandshake() {
            return handshake(initiatorIdentity, responderIdentity.publicKey());
        }

        Handshake responderHandshake() {
            return handshake(responderIdentity, initiatorIdentity.publicKey());
        }

        private Handshake handshake(StaticIdentity local, PublicKey remote) {
            Handshake handshake = new Handshake(remote);
            handshake.identity(local);
            handshake.presharedKey(new PresharedKey(MemorySegment.ofArray(psk)));
            return handshake;
        }

        /// What an initiation of WireGuard carries, with the rounding of [Tai64n].
        byte[] timestamp() {
            return ByteBuffer.allocate(12)
                    .putLong(0x400000000000000aL + time.getEpochSecond())
                    .putInt(time.getNano() & 0xff000000)
                    .array();
        }
    }

    @Test
    void initiatesAsNoiseDoes() {
        Property.check(
                HANDSHAKES / 2,
                random -> {
                    Keys keys = new Keys(random);
                    Handshake ours = keys.initiatorHandshake();
                    byte[] initiation = initiation(keys, ours);
                    byte[] first = keys.initiatorOracle().write(keys.timestamp());
                    assertThat(initiation).startsWith(header(1, keys.initiatorIndex));
                    assertThat(noise(initiation, 8)).isEqualTo(first);

                    NoiseOracle responder = keys.responderOracle();
                    assertThat(responder.read(first)).contains(keys.timestamp());
                    assertThat(responder.remoteStatic())
                            .isEqualTo(bytes(keys.initiatorIdentity.publicKey().toSegment()));
                    byte[] second = responder.write(NOTHING);
                    byte[] response = response(keys, second);
                    byte[] forged = flip(random, response, 12, 60);
                    assertThat(finish(keys, ours, forged)).isEmpty();
                    Keypair keypair = finish(keys, ours, response).orElseThrow();
                    assertKeys(keypair.sending(), keypair.receiving(), responder.split());
                });
    }

    @Test
    void respondsAsNoiseDoes() {
        Property.check(
                HANDSHAKES / 2,
                random -> {
                    Keys keys = new Keys(random);
                    NoiseOracle initiator = keys.initiatorOracle();
                    byte[] first = initiator.write(keys.timestamp());
                    byte[] initiation = message(148, header(1, keys.initiatorIndex), first);
                    Handshake ours = keys.responderHandshake();
                    assertThat(consume(keys, ours, flip(random, initiation, 8, 116))).isFalse();
                    assertThat(consume(keys, ours, initiation)).isTrue();

                    byte[] response = new byte[92];
                    Keypair keypair =
                            ours.createResponse(
                                            keys.responderIndex,
                                            new SplittableRandom(keys.responderSeed),
                                            MemorySegment.ofArray(response),
                                            0)
                                    .orElseThrow();
                    assertThat(response)
                            .startsWith(header(2, keys.responderIndex, keys.initiatorIndex));
                    NoiseOracle responder = keys.responderOracle();
                    responder.read(first);
                    assertThat(noise(response, 12)).isEqualTo(responder.write(NOTHING));
                    assertThat(initiator.read(noise(response, 12))).contains(NOTHING);
                    assertThat(initiator.split()).isDeepEqualTo(responder.split());
                    assertKeys(keypair.receiving(), keypair.sending(), initiator.split());
                });
    }

    @Test
    void refusesAnotherPresharedKeyAsNoiseDoes() {
        Property.check(
                200,
                random -> {
                    Keys keys = new Keys(random);
                    Handshake ours = keys.initiatorHandshake();
                    byte[] initiation = initiation(keys, ours);
                    keys.psk[random.nextInt(32)] ^= (byte) (1 << random.nextInt(8));
                    NoiseOracle responder = keys.responderOracle();
                    assertThat(responder.read(noise(initiation, 8))).isPresent();
                    byte[] response = response(keys, responder.write(NOTHING));
                    assertThat(finish(keys, ours, response)).isEmpty();
                });
    }

    private static byte[] initiation(Keys keys, Handshake ours) {
        byte[] message = new byte[148];
        assertThat(
                        ours.createInitiation(
                                keys.initiatorIdentity,
                                keys.time,
                                keys.initiatorIndex,
                                new SplittableRandom(keys.initiatorSeed),
                                MemorySegment.ofArray(message),
                                0))
                .isTrue();
        return message;
    }

    private static byte[] response(Keys keys, byte[] noise) {
        return message(92, header(2, keys.responderIndex, keys.initiatorIndex), noise);
    }

    private static Optional<Keypair> finish(Keys keys, Handshake ours, byte[] response) {
        return ours.consumeResponse(keys.initiatorIdentity, MemorySegment.ofArray(response), 0);
    }

    /// True when the initiation is accepted, and comes from the initiator.
    private static boolean consume(Keys keys, Handshake ours, byte[] initiation) {
        MemorySegment message = MemorySegment.ofArray(initiation);
        Optional<IncomingInitiation> incoming =
                IncomingInitiation.open(keys.responderIdentity, message, 0);
        if (incoming.isEmpty()) return false;
        assertThat(incoming.get().remoteStatic()).isEqualTo(keys.initiatorIdentity.publicKey());
        try {
            return ours.consumeInitiation(0, incoming.get()).isEmpty();
        } finally {
            incoming.get().erase();
        }
    }

    private static void assertKeys(
            SymmetricKey fromInitiator, SymmetricKey fromResponder, byte[][] split) {
        assertThat(bytes(fromInitiator.reveal())).isEqualTo(split[0]);
        assertThat(bytes(fromResponder.reveal())).isEqualTo(split[1]);
    }

    /// The little-endian numbers that precede the Noise message.
    private static byte[] header(int... numbers) {
        ByteBuffer header = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int number : numbers) header.putInt(number);
        return header.array();
    }

    /// A message of WireGuard without its macs: `header`, then `noise`.
    private static byte[] message(int length, byte[] header, byte[] noise) {
        return ByteBuffer.allocate(length).put(header).put(noise).array();
    }

    /// The Noise message between the header and the macs.
    private static byte[] noise(byte[] message, int header) {
        return Arrays.copyOfRange(message, header, message.length - 32);
    }

    /// The message with one bit between `from` and `to` changed.
    private static byte[] flip(RandomGenerator random, byte[] message, int from, int to) {
        byte[] forged = message.clone();
        forged[random.nextInt(from, to)] ^= (byte) (1 << random.nextInt(8));
        return forged;
    }

    private static byte[] privateKey(RandomGenerator random) {
        byte[] key = new byte[32];
        random.nextBytes(key);
        return key;
    }

    private static byte[] firstKey(long seed) {
        byte[] key = new byte[32];
        new SplittableRandom(seed).nextBytes(key);
        return key;
    }

    private static StaticIdentity identity(byte[] key) {
        return new StaticIdentity(new PrivateKey(MemorySegment.ofArray(key)));
    }

    private static byte[] bytes(MemorySegment segment) {
        return segment.toArray(ValueLayout.JAVA_BYTE);
    }

    private static final int HANDSHAKES = Integer.getInteger("adit.handshakes", 4_000);
    private static final byte[] NOTHING = {};
    private static final byte[] PROLOGUE =
            "WireGuard v1 zx2c4 Jason@zx2c4.com".getBytes(StandardCharsets.US_ASCII);
}
