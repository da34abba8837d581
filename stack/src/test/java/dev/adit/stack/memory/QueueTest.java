package dev.adit.stack.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/// Queues of blocks against plain arrays, and the budget.
class QueueTest {

    @Test
    void aQueueHoldsWhatAnArrayHolds() {
        Property.check(200, QueueTest::run);
    }

    private static void run(RandomGenerator random) {
        try (BlockPool pool = new BlockPool(1 << 20)) {
            BlockQueue queue = new BlockQueue(pool);
            byte[] model = new byte[400_000];
            long begin = random.nextInt(10_000), end = begin;
            for (int step = 0; step < 100; step++) {
                int n = 1 + random.nextInt(20_000);
                if (random.nextBoolean() && end + n < model.length) {
                    byte[] data = new byte[n];
                    random.nextBytes(data);
                    int stored = queue.write(end, MemorySegment.ofArray(data), 0, n);
                    System.arraycopy(data, 0, model, (int) end, stored);
                    end += stored;
                } else {
                    begin = Math.min(end, begin + n);
                    queue.release(begin, end);
                }
                byte[] is = new byte[(int) (end - begin)];
                queue.read(begin, MemorySegment.ofArray(is), 0, is.length);
                assertThat(is).isEqualTo(Arrays.copyOfRange(model, (int) begin, (int) end));
                if (begin == end) assertThat(pool.used()).isZero();
                assertThat(pool.used()).isLessThanOrEqualTo(end - begin + 2 * BlockPool.BLOCK);
            }
            queue.clear();
            assertThat(pool.used()).isZero();
        }
    }

    @Test
    void whatLiesAheadCanBeWrittenFirst() {
        try (BlockPool pool = new BlockPool(1 << 20)) {
            BlockQueue queue = new BlockQueue(pool);
            byte[] data = new byte[1000];
            Arrays.fill(data, (byte) 7);
            assertThat(queue.write(100_000, MemorySegment.ofArray(data), 0, 1000)).isEqualTo(1000);
            assertThat(pool.used()).isLessThanOrEqualTo(2 * BlockPool.BLOCK);
            assertThat(queue.write(5, MemorySegment.ofArray(data), 0, 1000)).isEqualTo(1000);
            byte[] is = new byte[1000];
            queue.read(100_000, MemorySegment.ofArray(is), 0, 1000);
            assertThat(is).isEqualTo(data);
            queue.releaseFrom(2000);
            queue.read(5, MemorySegment.ofArray(is), 0, 1000);
            assertThat(is).isEqualTo(data);
            queue.release(1005, 1005);
            assertThat(pool.used()).isZero();
        }
    }

    @Test
    void recordsComeOutAsTheyWentIn() {
        Property.check(
                100,
                random -> random,
                random -> {
                    try (BlockPool pool = new BlockPool(1 << 20)) {
                        RecordQueue queue = new RecordQueue(pool, 64, 50_000);
                        ArrayDeque<byte[]> model = new ArrayDeque<>();
                        for (int i = 0; i < 500; i++) {
                            byte[] data = new byte[random.nextInt(3000)];
                            random.nextBytes(data);
                            if (random.nextInt(3) > 0) {
                                long fact = data.length * 3L;
                                if (queue.add(
                                        MemorySegment.ofArray(data), 0, data.length, fact, 1, 2)) {
                                    model.add(data);
                                }
                            } else if (!model.isEmpty()) {
                                byte[] is = new byte[queue.length()];
                                assertThat(queue.fact(0)).isEqualTo(is.length * 3L);
                                queue.copy(0, MemorySegment.ofArray(is), 0, is.length);
                                assertThat(is).isEqualTo(model.poll());
                                queue.remove();
                            }
                            assertThat(queue.size())
                                    .isEqualTo(model.size())
                                    .isLessThanOrEqualTo(64);
                        }
                        queue.clear();
                        assertThat(pool.used()).isZero();
                    }
                });
    }

    @Test
    void theBudgetKeepsAFirstBlockForOthers() {
        try (BlockPool pool = new BlockPool(1 << 20)) {
            BlockQueue greedy = new BlockQueue(pool);
            byte[] data = new byte[2 << 20];
            assertThat(greedy.write(0, MemorySegment.ofArray(data), 0, data.length))
                    .isEqualTo(1 << 20);
            assertThat(pool.isFull()).isTrue();
            BlockQueue modest = new BlockQueue(pool);
            assertThat(modest.write(0, MemorySegment.ofArray(data), 0, 10_000)).isEqualTo(4096);
            greedy.clear();
            assertThat(pool.isTight()).isFalse();
        }
    }
}
