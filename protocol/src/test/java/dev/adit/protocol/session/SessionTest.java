package dev.adit.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.Keypair;
import dev.adit.protocol.keys.SymmetricKey;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// Paper §5.4.6, one message after the other.
class SessionTest {
    private final SessionPair pair = new SessionPair(1);
    private final Session alice = pair.initiator, bob = pair.responder;

    @AfterEach
    void close() {
        pair.close();
    }

    // What is sealed

    @Test
    void whatIsSealedIsOpenedAtTheOtherEndWhateverItsLength() {
        RandomGenerator random = new SplittableRandom(1);
        for (int length = 0; length <= 1600; length++) {
            byte[] packet = new byte[length];
            random.nextBytes(packet);
            byte[] opened = pair.open(bob, pair.seal(alice, packet));
            assertThat(opened).hasSize(length + 15 & -16).startsWith(packet);
            byte[] back = pair.open(alice, pair.seal(bob, packet));
            assertThat(back).isEqualTo(opened);
        }
    }

    @Test
    void theLongestPacketIsSealedToo() {
        byte[] packet = new byte[65_535];
        Arrays.fill(packet, (byte) 0x61);
        byte[] sealed = pair.seal(alice, packet);
        assertThat(sealed).hasSize(65_536 + 32);
        assertThat(pair.open(bob, sealed)).startsWith(packet);
    }

    @Test
    void paddingIsZero() {
        byte[] packet = new byte[17];
        Arrays.fill(packet, (byte) 0xff);
        byte[] opened = pair.open(bob, pair.seal(alice, packet));
        assertThat(Arrays.copyOfRange(opened, 17, 32)).containsOnly(0);
    }

    // Paper §5.4.6
    @Test
    void theHeaderNamesTheReceiverAndCountsFromZero() {
        for (int i = 0; i < 300; i++) {
            ByteBuffer message =
                    ByteBuffer.wrap(pair.seal(alice, new byte[i % 3]))
                            .order(ByteOrder.LITTLE_ENDIAN);
            assertThat(message.getInt(0)).isEqualTo(4);
            assertThat(message.getInt(4)).isEqualTo(0x22222222);
            assertThat(message.getLong(8)).isEqualTo(i);
        }
        assertThat(alice.counter()).isEqualTo(300);
        assertThat(bob.counter()).isZero();
    }

    @Test
    void aKeepaliveIs32Bytes() {
        byte[] keepalive = pair.seal(alice, new byte[0], 1420);
        assertThat(keepalive).hasSize(32);
        assertThat(pair.open(bob, keepalive)).isEmpty();
    }

    @Test
    void theSamePacketNeverLooksTheSameTwice() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            byte[] sealed = pair.seal(alice, new byte[32]);
            assertThat(seen.add(Arrays.toString(Arrays.copyOfRange(sealed, 16, 64)))).isTrue();
        }
    }

    // What is forged

    @Test
    void everyBitOfTheCounterAndOfWhatIsSealedIsAuthenticated() {
        byte[] genuine = pair.seal(alice, new byte[40]);
        for (int bit = 8 * 8; bit < genuine.length * 8; bit++) {
            byte[] forged = genuine.clone();
            forged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(pair.refusal(bob, forged))
                    .as("bit %d", bit)
                    .isEqualTo(DropReason.NOT_AUTHENTIC);
        }
        assertThat(pair.open(bob, genuine)).isNotNull();
    }

    @Test
    void aShorterOrLongerMessageIsNotAuthentic() {
        byte[] genuine = pair.seal(alice, new byte[48]);
        for (int length = 32; length < 120; length++) {
            if (length == genuine.length) continue;
            assertThat(pair.refusal(bob, Arrays.copyOf(genuine, length)))
                    .isEqualTo(DropReason.NOT_AUTHENTIC);
        }
        assertThat(pair.open(bob, genuine)).isNotNull();
    }

    @Test
    void aMessageIsNotOpenedByItsSender() {
        assertThat(pair.refusal(alice, pair.seal(alice, new byte[40])))
                .isEqualTo(DropReason.NOT_AUTHENTIC);
    }

    // Paper §5.4.6; RFC 6479
    @Test
    void aForgedCounterDoesNotMoveTheWindow() {
        byte[] early = pair.seal(alice, new byte[8]);
        byte[] forged = pair.seal(alice, new byte[8]);
        ByteBuffer.wrap(forged).order(ByteOrder.LITTLE_ENDIAN).putLong(8, 1L << 50);
        assertThat(pair.refusal(bob, forged)).isEqualTo(DropReason.NOT_AUTHENTIC);
        assertThat(pair.open(bob, early)).isNotNull();
    }

    // What is repeated

    @Test
    void aMessageIsOpenedOnce() {
        byte[][] messages = new byte[100][];
        for (int i = 0; i < 100; i++) messages[i] = pair.seal(alice, new byte[8]);
        for (int i = 99; i >= 0; i--) assertThat(pair.open(bob, messages[i])).isNotNull();
        for (byte[] message : messages) {
            assertThat(pair.refusal(bob, message)).isEqualTo(DropReason.REPLAYED);
        }
    }

    // Paper §5.4.6; RFC 6479
    @Test
    void aMessageMayBe8128BehindAndNoMore() {
        alice.skipTo(0);
        byte[] zero = pair.seal(alice, new byte[8]), one = pair.seal(alice, new byte[8]);
        alice.skipTo(8129);
        assertThat(pair.open(bob, pair.seal(alice, new byte[8]))).isNotNull();
        assertThat(pair.refusal(bob, zero)).isEqualTo(DropReason.REPLAYED);
        assertThat(pair.open(bob, one)).isNotNull();
    }

    // The end of the counters

    @Test
    void theLastCounterIsUsedAndNoneAfterIt() {
        alice.skipTo(LIMIT - 2);
        assertThat(alice.canSend(0)).isTrue();
        byte[] secondToLast = pair.seal(alice, new byte[8]);
        assertThat(alice.canSend(0)).isTrue();
        byte[] last = pair.seal(alice, new byte[8]);
        assertThat(alice.canSend(0)).isFalse();
        for (int i = 0; i < 10_000; i++) assertThat(pair.seal(alice, new byte[8])).isNull();
        assertThat(Long.toUnsignedString(alice.counter())).isEqualTo("18446744073709543423");
        assertThat(pair.open(bob, secondToLast)).isNotNull();
        assertThat(pair.open(bob, last)).isNotNull();
    }

    @Test
    void aMessageWithACounterThatMayNotBeUsedIsRefusedThoughAuthentic() {
        long[] never = {LIMIT, LIMIT + 1, -2};
        for (long counter : never) {
            byte[] message = pair.sealAsInitiator(counter, new byte[16]);
            assertThat(pair.refusal(bob, message)).isEqualTo(DropReason.REPLAYED);
        }
        assertThat(pair.open(bob, pair.seal(alice, new byte[8]))).isNotNull();
        byte[] highest = pair.sealAsInitiator(LIMIT - 1, new byte[16]);
        assertThat(pair.open(bob, highest)).isNotNull();
    }

    @Test
    void aBatchThatDoesNotFitIsNotSealedAtAll() {
        alice.skipTo(LIMIT - 3);
        try (SealBatch out = new SealBatch(8, 4096)) {
            add(out, 4);
            assertThat(alice.seal(out)).isFalse();
            assertThat(alice.counter()).isEqualTo(LIMIT - 3);
            add(out, 3);
            assertThat(alice.seal(out)).isTrue();
            add(out, 1);
            assertThat(alice.seal(out)).isFalse();
        }
    }

    private static void add(SealBatch out, int packets) {
        out.clear();
        for (int i = 0; i < packets; i++) out.add(out.sealed().memory(), 3000, 8, 0, 0);
    }

    // Age

    @Test
    void isUsedForLessThan180Seconds() {
        long limit = 180_000_000_000L, birth = 77;
        Session session = session(birth);
        assertThat(session.age(birth)).isZero();
        assertThat(session.canSend(birth)).isTrue();
        assertThat(session.canSend(birth + limit - 1)).isTrue();
        assertThat(session.canReceive(birth + limit - 1)).isTrue();
        assertThat(session.canSend(birth + limit)).isFalse();
        assertThat(session.canReceive(birth + limit)).isFalse();
        session.close();
    }

    @Test
    void mayBeReceivedWithWhenSendingIsOver() {
        alice.expireSending();
        assertThat(alice.canSend(0)).isFalse();
        assertThat(alice.canReceive(0)).isTrue();
        assertThat(pair.open(alice, pair.seal(bob, new byte[8]))).isNotNull();
    }

    // The end

    @Test
    void aClosedSessionRefusesEverything() {
        byte[] message = pair.seal(alice, new byte[8]);
        bob.close();
        bob.close();
        assertThat(pair.refusal(bob, message)).isEqualTo(DropReason.EXPIRED_SESSION);
        assertThat(pair.seal(bob, new byte[8])).isNull();
        alice.close();
        assertThat(pair.seal(alice, new byte[8])).isNull();
    }

    @Test
    void takesTheKeysAwayFromWhoeverMadeThem() {
        SymmetricKey one = new SymmetricKey(), two = new SymmetricKey();
        one.reveal().fill((byte) 1);
        two.reveal().fill((byte) 2);
        new Session(0, new Keypair(one, two, 1, 2, true)).close();
        assertThat(one.isZero()).isTrue();
        assertThat(two.isZero()).isTrue();
    }

    @Test
    void showsItsIndexAndNoKey() {
        Session session = session(0);
        assertThat(session).hasToString("Session[4294967295]");
        assertThat(session.localIndex()).isEqualTo(-1);
        assertThat(session.isInitiator()).isTrue();
        session.close();
    }

    private static Session session(long birth) {
        return new Session(birth, new Keypair(new SymmetricKey(), new SymmetricKey(), -1, 2, true));
    }

    private static final long LIMIT = -(1L << 13) - 1; // 2^64 - 2^13 - 1
}
