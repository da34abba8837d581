package dev.adit.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.packet.PacketBatch;
import dev.adit.protocol.drop.DropReason;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/// What [Session] promises to threads.
class SessionConcurrencyTest {
    private static final int THREADS = 3, BATCHES = 300, PACKETS = 7;
    private static final long LIMIT = -(1L << 13) - 1; // 2^64 - 2^13 - 1

    @Test
    void noCounterIsUsedTwiceWhoeverSeals() throws Exception {
        try (SessionPair pair = new SessionPair(1)) {
            List<byte[]> messages = sealTogether(pair.initiator, BATCHES);
            boolean[] used = new boolean[THREADS * BATCHES * PACKETS];
            for (byte[] message : messages) {
                long counter = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN).getLong(8);
                assertThat(used[(int) counter]).isFalse();
                used[(int) counter] = true;
                assertThat(pair.open(pair.responder, message)).isNotNull();
            }
            assertThat(used).doesNotContain(false);
        }
    }

    @Test
    void noCounterBeyondTheLimitIsUsedWhoeverSeals() throws Exception {
        try (SessionPair pair = new SessionPair(1)) {
            pair.initiator.skipTo(LIMIT - 100);
            List<byte[]> messages = sealTogether(pair.initiator, 20);
            assertThat(messages).hasSize(98); // 14 times 7
            for (byte[] message : messages) {
                assertThat(pair.open(pair.responder, message)).isNotNull();
            }
        }
    }

    @Test
    void aMessageIsOpenedOnceHoweverManyOpenIt() throws Exception {
        try (SessionPair pair = new SessionPair(1)) {
            List<byte[]> messages = new ArrayList<>();
            for (int i = 0; i < 500; i++) messages.add(pair.seal(pair.initiator, new byte[8]));
            AtomicInteger opened = new AtomicInteger(), replayed = new AtomicInteger();
            together(
                    () -> {
                        try (PacketBatch batch = new PacketBatch(1, 4096)) {
                            OpenBatch in = new OpenBatch(1);
                            for (byte[] message : messages) {
                                MemorySegment bytes = MemorySegment.ofArray(message);
                                batch.memory().asSlice(16, message.length).copyFrom(bytes);
                                in.clear();
                                in.add(batch, 16, message.length);
                                pair.responder.open(in);
                                if (in.drop(0) == null) opened.incrementAndGet();
                                if (in.drop(0) == DropReason.REPLAYED) replayed.incrementAndGet();
                            }
                            return null;
                        }
                    });
            assertThat(opened).hasValue(500);
            assertThat(replayed).hasValue((THREADS - 1) * 500);
        }
    }

    @Test
    void closingWhileOthersSealIsSafe() throws Exception {
        for (int round = 0; round < 20; round++) {
            try (SessionPair pair = new SessionPair(round)) {
                AtomicInteger turn = new AtomicInteger();
                List<byte[]> messages = new ArrayList<>();
                together(
                        () -> {
                            if (turn.getAndIncrement() == 0) {
                                pair.initiator.close();
                                return null;
                            }
                            List<byte[]> sealed = seal(pair.initiator, 50);
                            synchronized (messages) {
                                messages.addAll(sealed);
                            }
                            return null;
                        });
                for (byte[] message : messages) {
                    assertThat(pair.open(pair.responder, message)).isNotNull();
                }
            }
        }
    }

    private static List<byte[]> sealTogether(Session session, int batches) throws Exception {
        List<byte[]> all = new ArrayList<>();
        for (List<byte[]> some : together(() -> seal(session, batches))) all.addAll(some);
        return all;
    }

    private static List<byte[]> seal(Session session, int batches) {
        List<byte[]> messages = new ArrayList<>();
        try (PacketBatch plain = new PacketBatch(1, 4096);
                SealBatch out = new SealBatch(PACKETS, 4096)) {
            for (int i = 0; i < batches; i++) {
                out.clear();
                for (int j = 0; j < PACKETS; j++) out.add(plain.memory(), 16, 8, 0, 0);
                if (!session.seal(out)) continue;
                for (int j = 0; j < PACKETS; j++) {
                    MemorySegment sealed = out.sealed().memory();
                    messages.add(
                            sealed.asSlice(out.sealed().offset(j), out.sealed().length(j))
                                    .toArray(ValueLayout.JAVA_BYTE));
                }
            }
        }
        return messages;
    }

    /// Has all threads do `work` at once.
    private static <T> List<T> together(Callable<T> work) throws Exception {
        CountDownLatch start = new CountDownLatch(THREADS);
        List<T> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<T>> pending = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                pending.add(
                        threads.submit(
                                () -> {
                                    start.countDown();
                                    start.await();
                                    return work.call();
                                }));
            }
            for (Future<T> result : pending) results.add(result.get());
        }
        return results;
    }
}
