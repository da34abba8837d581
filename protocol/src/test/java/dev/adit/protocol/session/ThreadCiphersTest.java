package dev.adit.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.packet.PacketBatch;
import dev.adit.protocol.drop.DropReason;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// Threads that bring cipher contexts of their own: what they seal and open is what the session
/// itself does, and it takes its keys back when it ends.
class ThreadCiphersTest {
    private final SessionPair pair = new SessionPair(1);
    private final SessionPair another = new SessionPair(2);
    private final ThreadCiphers ciphers = new ThreadCiphers();
    private final PacketBatch plain = new PacketBatch(1, 4096);
    private final SealBatch out = new SealBatch(4, 4096);
    private final OpenBatch in = new OpenBatch(8);
    private final PacketBatch received = new PacketBatch(8, 1 << 14);

    @AfterEach
    void close() {
        ciphers.close();
        pair.close();
        another.close();
        plain.close();
        out.close();
        received.close();
    }

    private byte[] seal(Session session, byte[] packet) {
        plain.memory().asSlice(16, packet.length).copyFrom(MemorySegment.ofArray(packet));
        out.clear();
        out.add(plain.memory(), 16, packet.length, 0, 0);
        session.reserve(out);
        return session.seal(out, ciphers) ? bytes(out.sealed(), 0) : null;
    }

    private static byte[] bytes(PacketBatch batch, int i) {
        return batch.memory()
                .asSlice(batch.offset(i), batch.length(i))
                .toArray(ValueLayout.JAVA_BYTE);
    }

    /// Notes messages for [#in], each in a place of its own.
    private void receive(byte[]... messages) {
        in.clear();
        for (int i = 0; i < messages.length; i++) {
            int at = 16 + i * 1024;
            received.memory()
                    .asSlice(at, messages[i].length)
                    .copyFrom(MemorySegment.ofArray(messages[i]));
            in.add(received, at, messages[i].length);
        }
    }

    private List<DropReason> drops() {
        List<DropReason> drops = new ArrayList<>();
        for (int i = 0; i < in.count(); i++) drops.add(in.drop(i));
        return drops;
    }

    @Test
    void sealsWhatTheOtherSideOpens() {
        for (int i = 0; i < 4; i++) {
            byte[] packet = {(byte) i, 1, 2, 3};
            byte[] opened = pair.open(pair.responder, seal(pair.initiator, packet));
            assertThat(opened).startsWith(packet);
            // Sessions in turns: the contexts change keys each time.
            opened = another.open(another.responder, seal(another.initiator, packet));
            assertThat(opened).startsWith(packet);
        }
    }

    @Test
    void opensPartsOfABatchAndLeavesTheRest() {
        byte[] first = pair.seal(pair.initiator, new byte[] {1});
        byte[] second = pair.seal(pair.initiator, new byte[] {2});
        byte[] forged = pair.seal(pair.initiator, new byte[] {3});
        byte[] other = another.seal(another.initiator, new byte[] {4});
        forged[20] ^= 1;
        receive(first, second, forged, other);
        pair.responder.open(in, 0, 3, ciphers);
        another.responder.open(in, 3, 4, ciphers);
        pair.responder.accept(in, 0, 3);
        another.responder.accept(in, 3, 4);
        assertThat(drops()).containsExactly(null, null, DropReason.NOT_AUTHENTIC, null);
        for (int i : new int[] {0, 1, 3}) {
            byte content = received.memory().get(ValueLayout.JAVA_BYTE, in.offset(i));
            assertThat(content).isEqualTo((byte) (i + 1));
        }
    }

    @Test
    void acceptsACounterOnceHoweverOftenItWasOpened() {
        byte[] message = pair.seal(pair.initiator, new byte[] {1});
        receive(message, message);
        pair.responder.open(in, 0, 1, ciphers);
        pair.responder.open(in, 1, 2, null);
        pair.responder.accept(in, 1, 2);
        pair.responder.accept(in, 0, 1);
        assertThat(drops()).containsExactly(DropReason.REPLAYED, null);
    }

    @Test
    void aForgedMessageDoesNotMoveTheWindow() {
        byte[] message = pair.seal(pair.initiator, new byte[] {1});
        byte[] forged = message.clone();
        forged[forged.length - 1] ^= 1;
        receive(forged, message);
        pair.responder.open(in, 0, 2, ciphers);
        pair.responder.accept(in, 0, 2);
        assertThat(drops()).containsExactly(DropReason.NOT_AUTHENTIC, null);
    }

    @Test
    void isRefusedOnceTheSessionIsClosed() {
        byte[] message = pair.seal(pair.initiator, new byte[] {1});
        seal(pair.responder, new byte[] {1}); // the key is here
        receive(message);
        pair.responder.open(in, 0, 1, ciphers);
        pair.responder.close();
        pair.responder.accept(in, 0, 1);
        assertThat(drops()).containsExactly(DropReason.EXPIRED_SESSION);
        assertThat(seal(pair.responder, new byte[] {1})).isNull();
        receive(message);
        pair.responder.open(in, 0, 1, ciphers);
        assertThat(drops()).containsExactly(DropReason.EXPIRED_SESSION);
        assertThat(seal(another.initiator, new byte[] {1})).isNotNull();
    }

    @Test
    void sealsNothingWithoutCounters() {
        pair.initiator.skipTo(Session.REJECT_AFTER_MESSAGES - 1);
        assertThat(seal(pair.initiator, new byte[] {1})).isNotNull();
        assertThat(seal(pair.initiator, new byte[] {1})).isNull();
    }

    @Test
    void countersAreThoseOfTheReservation() {
        try (SealBatch later = new SealBatch(1, 4096)) {
            out.clear();
            out.add(plain.memory(), 16, 1, 0, 0);
            later.add(plain.memory(), 16, 1, 0, 0);
            pair.initiator.reserve(out);
            pair.initiator.reserve(later);
            assertThat(pair.initiator.seal(later, ciphers)).isTrue();
            assertThat(pair.initiator.seal(out, ciphers)).isTrue();
            assertThat(counter(out)).isZero();
            assertThat(counter(later)).isOne();
        }
    }

    private static long counter(SealBatch out) {
        long at = out.sealed().offset(0) + 8;
        return out.sealed().memory().get(ValueLayout.JAVA_LONG_UNALIGNED, at);
    }

    /// Sessions end while threads seal with them: each batch is sealed under the right key or not
    /// at all.
    @Test
    void takesItsKeysBackWhileOthersSeal() throws InterruptedException {
        int threads = 3;
        AtomicInteger wrong = new AtomicInteger(), right = new AtomicInteger();
        List<Thread> sealing = new ArrayList<>();
        SessionPair[] pairs = new SessionPair[60];
        for (int i = 0; i < pairs.length; i++) pairs[i] = new SessionPair(10 + i);
        CountDownLatch ready = new CountDownLatch(threads);
        for (int t = 0; t < threads; t++) {
            int seed = t;
            Thread thread = new Thread(() -> sealWithAll(pairs, seed, ready, right, wrong));
            sealing.add(thread);
            thread.start();
        }
        ready.await();
        for (SessionPair one : pairs) {
            one.initiator.close();
            Thread.yield();
        }
        for (Thread thread : sealing) thread.join();
        assertThat(wrong).hasValue(0);
        assertThat(right.get()).isPositive();
        for (SessionPair one : pairs) one.close();
    }

    private static void sealWithAll(
            SessionPair[] pairs,
            int seed,
            CountDownLatch ready,
            AtomicInteger right,
            AtomicInteger wrong) {
        SplittableRandom random = new SplittableRandom(seed);
        try (ThreadCiphers mine = new ThreadCiphers();
                PacketBatch plain = new PacketBatch(1, 4096);
                SealBatch out = new SealBatch(1, 4096)) {
            for (int i = 0; i < 3000; i++) {
                SessionPair one = pairs[random.nextInt(pairs.length)];
                out.clear();
                out.add(plain.memory(), 16, 32, 0, 0);
                one.initiator.reserve(out);
                if (one.initiator.seal(out, mine)) {
                    byte[] message = bytes(out.sealed(), 0);
                    boolean opened;
                    synchronized (one) {
                        opened = one.open(one.responder, message) != null;
                    }
                    (opened ? right : wrong).incrementAndGet();
                }
                if (i == 100) ready.countDown();
            }
        }
    }
}
