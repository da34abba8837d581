package dev.adit.protocol.noise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.protocol.crypto.CryptoProviders;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.Keypair;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.keys.SymmetricKey;
import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;

/// Paper §5.4 between two sides, without macs and indices.
class HandshakeTest {
    private final Side[] pair = Side.pair(1);
    private final Side alice = pair[0], bob = pair[1];
    private final byte[] response = new byte[92];

    @Test
    void bothSidesEndWithTheSameKeys() {
        Property.check(
                30,
                random -> {
                    Side[] sides = Side.pair(random.nextLong());
                    if (random.nextBoolean()) for (Side side : sides) side.presharedKey(7);
                    int one = random.nextInt(), two = random.nextInt();
                    byte[] answer = new byte[92];
                    assertThat(sides[1].consume(0, sides[0].initiation(one))).isNull();
                    Keypair responder = sides[1].respond(two, answer).orElseThrow();
                    Keypair initiator = sides[0].finish(answer).orElseThrow();
                    assertThat(initiator.sending()).isEqualTo(responder.receiving());
                    assertThat(initiator.receiving()).isEqualTo(responder.sending());
                    assertThat(initiator.sending()).isNotEqualTo(initiator.receiving());
                    assertThat(initiator.localIndex()).isEqualTo(one);
                    assertThat(initiator.remoteIndex()).isEqualTo(two);
                    assertThat(responder.localIndex()).isEqualTo(two);
                    assertThat(responder.remoteIndex()).isEqualTo(one);
                    assertThat(initiator.initiator()).isTrue();
                    assertThat(responder.initiator()).isFalse();
                });
    }

    @Test
    void everyHandshakeEndsWithOtherKeys() {
        Keypair first = complete();
        Keypair second = completeAt(ONE_SECOND);
        assertThat(second.sending()).isNotEqualTo(first.sending());
        assertThat(second.receiving()).isNotEqualTo(first.receiving());
    }

    // What is forged

    @Test
    void everyByteOfAnInitiationIsAuthenticated() {
        byte[] genuine = alice.initiation(1);
        for (int at = 8; at < 116; at++) {
            byte[] forged = genuine.clone();
            forged[at] ^= FLIP[at % 8];
            assertThat(bob.consume(0, forged))
                    .as("byte %d", at)
                    .isEqualTo(DropReason.INVALID_INITIATION);
            assertThat(bob.respond(2, response)).isEmpty();
        }
        assertThat(bob.consume(0, genuine)).isNull();
        assertThat(bob.respond(2, response)).isPresent();
        assertThat(alice.finish(response)).isPresent();
    }

    @Test
    void everyByteOfAResponseIsAuthenticated() {
        assertThat(bob.consume(0, alice.initiation(1))).isNull();
        assertThat(bob.respond(2, response)).isPresent();
        for (int at = 8; at < 60; at++) {
            byte[] forged = response.clone();
            forged[at] ^= FLIP[at % 8];
            assertThat(alice.finish(forged)).as("byte %d", at).isEmpty();
        }
        assertThat(alice.finish(response)).isPresent();
    }

    /// The curve ignores the highest bit of a point; the transcript does not.
    @Test
    void theUnusedBitOfAnEphemeralKeyIsAuthenticated() {
        byte[] initiation = alice.initiation(1);
        byte[] forged = initiation.clone();
        forged[39] ^= (byte) 0x80;
        assertThat(bob.consume(0, forged)).isEqualTo(DropReason.INVALID_INITIATION);
        assertThat(bob.consume(0, initiation)).isNull();
        assertThat(bob.respond(2, response)).isPresent();
        forged = response.clone();
        forged[43] ^= (byte) 0x80;
        assertThat(alice.finish(forged)).isEmpty();
        assertThat(alice.finish(response)).isPresent();
    }

    @Test
    void theSendersIndexIsLeftToTheMac() {
        byte[] initiation = alice.initiation(1);
        initiation[4] = 9;
        assertThat(bob.consume(0, initiation)).isNull();
        assertThat(bob.respond(2, response).orElseThrow().remoteIndex()).isEqualTo(9);
    }

    @Test
    void whatIsRefusedDoesNotMoveTheTimestamp() {
        byte[] older = alice.initiation(1), newer = alice.initiation(1);
        byte[] forged = newer.clone();
        forged[115] ^= 1;
        assertThat(bob.consume(0, forged)).isEqualTo(DropReason.INVALID_INITIATION);
        assertThat(bob.consume(0, older)).isNull();
        assertThat(bob.consume(ONE_SECOND, newer)).isNull();
    }

    // Replayed initiations: paper §5.1

    @Test
    void anInitiationIsAcceptedOnce() {
        byte[] initiation = alice.initiation(1);
        assertThat(bob.consume(0, initiation)).isNull();
        for (long now = 0; now < 1000 * ONE_SECOND; now += 100 * ONE_SECOND) {
            assertThat(bob.consume(now, initiation)).isEqualTo(DropReason.REPLAYED_INITIATION);
        }
    }

    @Test
    void anOlderTimestampIsRefused() {
        byte[] older = alice.initiation(1), newer = alice.initiation(1);
        assertThat(bob.consume(0, newer)).isNull();
        assertThat(bob.consume(ONE_SECOND, older)).isEqualTo(DropReason.REPLAYED_INITIATION);
    }

    @Test
    void anEqualTimestampOfAnotherInitiationIsRefused() {
        byte[] first = alice.initiation(1);
        alice.clock = alice.clock.minusSeconds(1);
        byte[] second = alice.initiation(2);
        assertThat(bob.consume(0, first)).isNull();
        assertThat(bob.consume(ONE_SECOND, second)).isEqualTo(DropReason.REPLAYED_INITIATION);
    }

    @Test
    void aReplayIsRefusedEvenAfterEverythingElseWasForgotten() {
        byte[] initiation = alice.initiation(1);
        assertThat(bob.consume(0, initiation)).isNull();
        bob.handshake.clear();
        bob.handshake.identity(bob.identity);
        assertThat(bob.consume(ONE_SECOND, initiation)).isEqualTo(DropReason.REPLAYED_INITIATION);
    }

    @Test
    void aReplayedInitiationLeavesTheOneUnderWay() {
        byte[] replayed = alice.initiation(1);
        assertThat(bob.consume(0, replayed)).isNull();
        byte[] pending = bob.initiation(5);
        assertThat(bob.consume(ONE_SECOND, replayed)).isEqualTo(DropReason.REPLAYED_INITIATION);
        assertThat(alice.consume(0, pending)).isNull();
        assertThat(alice.respond(6, response)).isPresent();
        assertThat(bob.finish(response)).isPresent();
    }

    // At most 50 initiations a second: a bound of Linux, beside those of paper §5.3
    @Test
    void aSecondInitiationWithin20MillisecondsIsAFlood() {
        byte[][] three = {alice.initiation(1), alice.initiation(2), alice.initiation(3)};
        assertThat(bob.consume(7 * ONE_SECOND, three[0])).isNull();
        long almost = 7 * ONE_SECOND + TWENTY_MILLISECONDS - 1;
        assertThat(bob.consume(almost, three[1])).isEqualTo(DropReason.INITIATION_FLOOD);
        assertThat(bob.consume(almost + 1, three[1])).isNull();
        assertThat(bob.consume(almost + TWENTY_MILLISECONDS, three[2]))
                .isEqualTo(DropReason.INITIATION_FLOOD);
        assertThat(bob.consume(almost + 1 + TWENTY_MILLISECONDS, three[2])).isNull();
    }

    @Test
    void theFirstInitiationIsNoFloodEvenAtTheVeryStart() {
        assertThat(bob.consume(0, alice.initiation(1))).isNull();
    }

    // Points of small order: RFC 7748 §6.1

    @Test
    void refusesAnEphemeralKeyOfSmallOrder() {
        byte[] genuine = alice.initiation(1);
        for (byte[] point : SmallOrder.points()) {
            byte[] message = genuine.clone();
            System.arraycopy(point, 0, message, 8, 32);
            assertThat(bob.open(message)).isEmpty();
        }
        assertThat(bob.consume(0, genuine)).isNull();
        assertThat(bob.respond(2, response)).isPresent();
        for (byte[] point : SmallOrder.points()) {
            byte[] message = response.clone();
            System.arraycopy(point, 0, message, 12, 32);
            assertThat(alice.finish(message)).isEmpty();
        }
        assertThat(alice.finish(response)).isPresent();
    }

    /// Its static key is sealed by somebody who knows ours: authentic, but a key of small order.
    @Test
    void refusesAStaticKeyOfSmallOrder() {
        for (byte[] point : SmallOrder.points()) {
            PublicKey weak = new PublicKey(MemorySegment.ofArray(point), 0);
            bob.knows(weak);
            assertThat(bob.handshake.isImpossible()).isTrue();
            assertThat(bob.initiation(1)).isNull();
            byte[] message = initiationWithStatic(weak);
            Optional<IncomingInitiation> opened = bob.open(message);
            assertThat(opened.orElseThrow().remoteStatic()).isEqualTo(weak);
            assertThat(bob.handshake.consumeInitiation(0, opened.get()))
                    .contains(DropReason.INVALID_INITIATION);
            assertThat(bob.respond(1, response)).isEmpty();
        }
    }

    private byte[] initiationWithStatic(PublicKey claimed) {
        byte[] message = new byte[148];
        MemorySegment slab = MemorySegment.ofArray(message);
        SymmetricState state = Handshake.initialState(bob.identity.publicKey());
        SymmetricKey ephemeral = new SymmetricKey(), shared = new SymmetricKey();
        ephemeral.reveal().fill((byte) 0x42);
        MemorySegment point = slab.asSlice(8, 32);
        CryptoProviders.provider().x25519Public(ephemeral.reveal(), point);
        state.mixHash(point);
        state.mixKey(point);
        MemorySegment bobs = bob.identity.publicKey().toSegment();
        CryptoProviders.provider().x25519(ephemeral.reveal(), bobs, shared.reveal());
        state.mixKey(shared.reveal());
        state.encryptAndHash(claimed.toSegment(), slab.asSlice(40, 48));
        state.mixKey(MemorySegment.ofArray(new byte[32])); // whatever DH gives
        state.encryptAndHash(Tai64n.of(alice.clock).toSegment(), slab.asSlice(88, 28));
        return message;
    }

    // Identity

    @Test
    void nothingIsPossibleWithoutAnIdentity() {
        byte[] initiation = alice.initiation(1);
        IncomingInitiation opened = bob.open(initiation).orElseThrow();
        bob.handshake.identity(null);
        assertThat(bob.handshake.isImpossible()).isTrue();
        assertThat(bob.initiation(1)).isNull();
        assertThat(bob.handshake.consumeInitiation(0, opened))
                .contains(DropReason.INVALID_INITIATION);
        bob.handshake.identity(bob.identity);
        assertThat(bob.handshake.isImpossible()).isFalse();
        assertThat(bob.consume(0, initiation)).isNull();
    }

    @Test
    void anotherIdentityAbandonsWhatIsUnderWay() {
        assertThat(bob.consume(0, alice.initiation(1))).isNull();
        assertThat(bob.respond(2, response)).isPresent();
        alice.handshake.identity(alice.identity);
        assertThat(alice.finish(response)).isEmpty();
    }

    @Test
    void anInitiationToSomebodyElseIsNotOpened() {
        Side carol = new Side(99);
        assertThat(carol.open(alice.initiation(1))).isEmpty();
    }

    @Test
    void anErasedPeerIsAnsweredNoMore() {
        byte[] initiation = alice.initiation(1);
        bob.handshake.erase();
        assertThat(bob.consume(0, initiation)).isEqualTo(DropReason.INVALID_INITIATION);
        assertThat(bob.initiation(1)).isNull();
        assertThat(bob.handshake.presharedKey().isZero()).isTrue();
    }

    // The preshared key: paper §5.2

    @Test
    void aPresharedKeyOfZerosIsNone() {
        alice.presharedKey(0);
        assertThat(complete()).isNotNull();
        alice.handshake.presharedKey(PresharedKey.none());
        bob.presharedKey(0);
        assertThat(completeAt(ONE_SECOND)).isNotNull();
    }

    @Test
    void differentPresharedKeysEndInNoKeys() {
        alice.presharedKey(1);
        for (int other : new int[] {0, 2}) {
            bob.presharedKey(other);
            assertThat(bob.consume(other * ONE_SECOND, alice.initiation(1))).isNull();
            assertThat(bob.respond(2, response)).isPresent(); // the responder cannot know
            assertThat(alice.finish(response)).isEmpty();
        }
        bob.presharedKey(1);
        assertThat(completeAt(10 * ONE_SECOND)).isNotNull();
    }

    @Test
    void thePresharedKeyCountsAtTheResponse() {
        byte[] initiation = alice.initiation(1);
        alice.presharedKey(5);
        bob.presharedKey(5);
        assertThat(bob.consume(0, initiation)).isNull();
        assertThat(bob.respond(2, response)).isPresent();
        assertThat(alice.finish(response)).isPresent();
    }

    @Test
    void thePresharedKeyIsGivenAwayAsACopy() {
        alice.presharedKey(5);
        alice.handshake.presharedKey().erase();
        assertThat(alice.handshake.presharedKey().isZero()).isFalse();
    }

    // What is under way

    @Test
    void aResponseIsForTheLastInitiationOnly() {
        byte[] first = alice.initiation(1);
        assertThat(bob.consume(0, first)).isNull();
        assertThat(bob.respond(2, response)).isPresent();
        byte[] second = alice.initiation(3);
        assertThat(alice.finish(response)).isEmpty();
        assertThat(bob.consume(ONE_SECOND, second)).isNull();
        assertThat(bob.respond(4, response)).isPresent();
        assertThat(alice.finish(response)).isPresent();
    }

    @Test
    void aResponseIsAcceptedOnce() {
        assertThat(bob.consume(0, alice.initiation(1))).isNull();
        assertThat(bob.respond(2, response)).isPresent();
        assertThat(alice.finish(response)).isPresent();
        assertThat(alice.finish(response)).isEmpty();
    }

    @Test
    void anInitiationIsAnsweredOnce() {
        assertThat(bob.respond(2, response)).isEmpty();
        assertThat(bob.consume(0, alice.initiation(1))).isNull();
        assertThat(bob.respond(2, response)).isPresent();
        byte[] again = new byte[92];
        assertThat(bob.respond(3, again)).isEmpty();
        assertThat(again).containsOnly(0);
    }

    @Test
    void aNewerInitiationReplacesOneThatWasNotAnswered() {
        byte[] first = alice.initiation(1), second = alice.initiation(2);
        assertThat(bob.consume(0, first)).isNull();
        assertThat(bob.consume(ONE_SECOND, second)).isNull();
        assertThat(bob.respond(3, response).orElseThrow().remoteIndex()).isEqualTo(2);
        assertThat(alice.finish(response)).isPresent();
    }

    @Test
    void bothMayInitiateAtOnceAndBothHandshakesComplete() {
        byte[] alices = alice.initiation(1), bobs = bob.initiation(2);
        assertThat(bob.consume(0, alices)).isNull();
        assertThat(alice.consume(0, bobs)).isNull();
        byte[] bobsAnswer = new byte[92], alicesAnswer = new byte[92];
        Keypair oneAtBob = bob.respond(3, bobsAnswer).orElseThrow();
        Keypair twoAtAlice = alice.respond(4, alicesAnswer).orElseThrow();
        Keypair oneAtAlice = alice.finish(bobsAnswer).orElseThrow();
        Keypair twoAtBob = bob.finish(alicesAnswer).orElseThrow();
        assertThat(oneAtAlice.sending()).isEqualTo(oneAtBob.receiving());
        assertThat(twoAtBob.sending()).isEqualTo(twoAtAlice.receiving());
        assertThat(oneAtAlice.localIndex()).isEqualTo(1).isEqualTo(oneAtBob.remoteIndex());
        assertThat(twoAtBob.localIndex()).isEqualTo(2).isEqualTo(twoAtAlice.remoteIndex());
        assertThat(oneAtAlice.remoteIndex()).isEqualTo(3).isEqualTo(oneAtBob.localIndex());
        assertThat(twoAtBob.remoteIndex()).isEqualTo(4).isEqualTo(twoAtAlice.localIndex());
    }

    @Test
    void initiatingLeavesAnInitiationThatIsToBeAnswered() {
        assertThat(bob.consume(0, alice.initiation(1))).isNull();
        bob.initiation(2);
        assertThat(bob.respond(3, response)).isPresent();
        assertThat(alice.finish(response)).isPresent();
    }

    @Test
    void whatWasClearedIsNotFinished() {
        assertThat(bob.consume(0, alice.initiation(1))).isNull();
        bob.handshake.clear();
        assertThat(bob.respond(2, response)).isEmpty();
        assertThat(bob.consume(ONE_SECOND, alice.initiation(1))).isNull();
        assertThat(bob.respond(2, response)).isPresent();
        alice.handshake.clear();
        assertThat(alice.finish(response)).isEmpty();
    }

    @Test
    void aResponseToNobodyChangesNothing() {
        assertThat(alice.finish(new byte[92])).isEmpty();
        byte[] initiation = alice.initiation(0); // the index of the message of zeros
        assertThat(alice.finish(new byte[92])).isEmpty();
        assertThat(bob.consume(0, initiation)).isNull();
        assertThat(bob.respond(2, response)).isPresent();
        assertThat(alice.finish(response)).isPresent();
    }

    /// What arrives lies in a buffer that is used again before the handshake goes on.
    @Test
    void whatWasConsumedIsCopied() {
        byte[] initiation = alice.initiation(1);
        IncomingInitiation opened = bob.open(initiation).orElseThrow();
        Arrays.fill(initiation, (byte) 0);
        assertThat(bob.handshake.consumeInitiation(0, opened)).isEmpty();
        opened.erase();
        assertThat(bob.respond(2, response)).isPresent();
        assertThat(alice.finish(response)).isPresent();
    }

    private Keypair complete() {
        return completeAt(0);
    }

    private Keypair completeAt(long now) {
        assertThat(bob.consume(now, alice.initiation(1))).isNull();
        assertThat(bob.respond(2, response)).isPresent();
        return alice.finish(response).orElse(null);
    }

    private static final byte[] FLIP = {1, 2, 4, 8, 16, 32, 64, (byte) 0x80};
    private static final long ONE_SECOND = 1_000_000_000L, TWENTY_MILLISECONDS = 20_000_000L;
}
