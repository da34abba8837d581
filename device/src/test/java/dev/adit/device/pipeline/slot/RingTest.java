package dev.adit.device.pipeline.slot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.protocol.session.ThreadCiphers;
import dev.adit.testkit.Await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// What a [Ring] promises, with threads that take random time for everything.
@Timeout(60)
class RingTest {
    private static final int SLOTS = 6;

    private final List<Long> numbers = new ArrayList<>(); // in the order of numbering
    private final List<Long> finished = new ArrayList<>();
    private final AtomicInteger works = new AtomicInteger();
    private final AtomicBoolean finishing = new AtomicBoolean();
    private final AtomicInteger overlaps = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();
    private final CrewOf crew = new CrewOf();
    private final Ring<Job> ring = new Ring<>(crew, jobs());
    private volatile long poison = -1; // fails to be worked on
    private volatile long poisonToFinish = -1;

    private List<Job> jobs() {
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < SLOTS; i++) jobs.add(new Job());
        return jobs;
    }

    /// Threads that never sleep for long.
    private final class CrewOf implements Ring.Crew {
        final AtomicInteger wakes = new AtomicInteger();

        @Override
        public void wake() {
            wakes.incrementAndGet();
        }

        @Override
        public void close() {
            ring.close();
        }
    }

    private final class Job extends Slot {
        long content;
        int size = 1;
        boolean worked;
        boolean released;

        @Override
        protected void number() {
            numbers.add(content); // the ring's monitor guards it
        }

        @Override
        protected void work(ThreadCiphers ciphers) {
            if (content == poison) throw new IllegalStateException("poison");
            dawdle();
            worked = true;
            works.incrementAndGet();
        }

        @Override
        protected void finish() {
            if (!finishing.compareAndSet(false, true)) overlaps.incrementAndGet();
            if (content == poisonToFinish) throw new IllegalStateException("poison");
            dawdle();
            assertThat(worked).isTrue();
            worked = false;
            finished.add(content);
            finishing.set(false);
        }

        @Override
        protected int bytes() {
            return size;
        }

        @Override
        public void close() {
            released = true;
        }
    }

    private static void dawdle() {
        int chance = ThreadLocalRandom.current().nextInt(16);
        if (chance == 0) LockSupport.parkNanos(200_000);
        else if (chance < 4) Thread.yield();
        else for (int i = 0; i < 20 * chance; i++) Thread.onSpinWait();
    }

    private void start(Runnable body) {
        Thread thread = new Thread(body);
        threads.add(thread);
        thread.start();
    }

    private void startWorkers(int count, CountDownLatch end) {
        for (int i = 0; i < count; i++) {
            start(
                    () -> {
                        try {
                            while (end.getCount() > 0) {
                                if (!ring.advance(null)) LockSupport.parkNanos(50_000);
                            }
                        } catch (IllegalStateException poisoned) {
                            // It has closed the ring.
                        }
                    });
        }
    }

    /// Publishes `jobs` jobs numbered from `first`, or fewer when the ring is closed.
    private void publish(long first, int jobs, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        try {
            for (long content = first; content < first + jobs; content++) {
                Job job = ring.take(null);
                if (random.nextInt(20) == 0) {
                    ring.giveBack(job);
                    job = ring.take(null);
                }
                job.content = content;
                ring.publish(job, random.nextInt(3) > 0, null);
                if (random.nextInt(8) == 0) dawdle();
            }
        } catch (ClosedChannelException | IllegalStateException closed) {
            // as asked
        }
    }

    private void awaitThreads() {
        threads.forEach(Await::end);
        threads.clear();
    }

    @Test
    void finishesEverythingOnceAndInOrder() {
        int producers = 3, jobs = 2000;
        CountDownLatch end = new CountDownLatch(1);
        startWorkers(3, end);
        List<Thread> workers = List.copyOf(threads);
        threads.clear();
        for (int p = 0; p < producers; p++) {
            long first = p * 1_000_000L;
            start(() -> publish(first, jobs, first));
        }
        awaitThreads();
        ring.drain();
        end.countDown();
        workers.forEach(Await::end);
        assertThat(finished).isEqualTo(numbers).hasSize(producers * jobs).doesNotHaveDuplicates();
        assertThat(works).hasValue(producers * jobs);
        assertThat(overlaps).hasValue(0);
        assertThat(ring.hasWork()).isFalse();
    }

    @Test
    void isWorkedOnByItsProducersWhenNobodyElseDoes() {
        for (int p = 0; p < 2; p++) {
            long first = p * 1_000_000L;
            start(() -> publish(first, 300, first));
        }
        awaitThreads();
        while (ring.advance(null)) {}
        assertThat(finished).isEqualTo(numbers).hasSize(600);
    }

    @Test
    void leavesToOthersOnlyWhatIsHandedOver() throws ClosedChannelException {
        ring.publish(ring.take(null), false, null);
        assertThat(finished).hasSize(1);
        assertThat(crew.wakes).hasValue(0);
        ring.publish(ring.take(null), true, null);
        assertThat(finished).hasSize(1);
        assertThat(crew.wakes).hasValue(1);
        assertThat(ring.hasWork()).isTrue();
        assertThat(ring.advance(null)).isTrue();
        assertThat(finished).hasSize(2);
        assertThat(ring.advance(null)).isFalse();
        assertThat(ring.hasWork()).isFalse();
    }

    @Test
    void doesNotFinishWhatIsBehindTheUnfinished() throws ClosedChannelException {
        ring.publish(ring.take(null), true, null);
        ring.publish(ring.take(null), false, null);
        ring.publish(ring.take(null), false, null);
        assertThat(works).hasValue(2);
        assertThat(finished).isEmpty();
        assertThat(ring.advance(null)).isTrue();
        assertThat(finished).hasSize(3);
    }

    @Test
    void findsTheNextJobHoweverManyWereNotHandedOver() throws ClosedChannelException {
        for (int i = 0; i < 1000; i++) ring.publish(ring.take(null), false, null);
        assertThat(ring.hasWork()).isFalse();
        ring.publish(ring.take(null), true, null);
        assertThat(ring.hasWork()).isTrue();
        assertThat(ring.advance(null)).isTrue();
        assertThat(finished).hasSize(1001);
    }

    @Test
    void helpsInsteadOfWaitingWhenItIsFull() throws ClosedChannelException {
        for (int i = 0; i < 10 * SLOTS; i++) ring.publish(ring.take(null), true, null);
        assertThat(finished.size()).isBetween(9 * SLOTS, 10 * SLOTS);
    }

    @Test
    void aThreadThatWaitsDoesWhatAnotherHandsOver() throws ClosedChannelException {
        List<Job> all = takeAll();
        Thread waiting = startTaking();
        ring.publish(all.getLast(), true, null);
        Await.end(waiting);
        assertThat(finished).hasSize(1);
    }

    @Test
    void aThreadThatWaitsGetsWhatAnotherGivesBack() throws ClosedChannelException {
        List<Job> all = takeAll();
        Thread waiting = startTaking();
        ring.giveBack(all.getLast());
        Await.end(waiting);
    }

    private List<Job> takeAll() throws ClosedChannelException {
        List<Job> all = new ArrayList<>();
        for (int i = 0; i < SLOTS; i++) all.add(ring.take(null));
        return all;
    }

    /// Starts a thread that takes a slot, and returns when it waits for one.
    private Thread startTaking() {
        start(
                () -> {
                    try {
                        ring.take(null);
                    } catch (ClosedChannelException closed) {
                        throw new AssertionError(closed);
                    }
                });
        Thread started = threads.getLast();
        Await.until("it to wait", () -> started.getState() == Thread.State.WAITING);
        return started;
    }

    @Test
    void isFullByItsBytesToo() throws ClosedChannelException {
        Job big = ring.take(null);
        big.size = 2 << 20;
        ring.publish(big, true, null);
        assertThat(finished).isEmpty();
        ring.take(null);
        assertThat(finished).hasSize(1);
    }

    @Test
    void endsWhoeverWaitsWhenItIsClosed() throws ClosedChannelException {
        CountDownLatch taken = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        start(
                () -> {
                    try {
                        for (int i = 0; i < SLOTS; i++) ring.take(null);
                        taken.countDown();
                        ring.take(null);
                    } catch (ClosedChannelException closed) {
                        ended.set(true);
                    }
                });
        Await.open("all slots to be taken", taken);
        ring.close();
        awaitThreads();
        assertThat(ended).isTrue();
        ring.drain();
        assertThatThrownBy(() -> ring.take(null)).isInstanceOf(ClosedChannelException.class);
        assertThat(ring.advance(null)).isFalse();
    }

    @Test
    void endsInTheMiddleWhenItIsClosed() {
        CountDownLatch end = new CountDownLatch(1);
        startWorkers(2, end);
        start(() -> publish(0, 1_000_000, 1));
        start(() -> publish(1_000_000, 1_000_000, 2));
        Await.until("some to be finished", () -> works.get() > 200);
        ring.close();
        end.countDown();
        awaitThreads();
        assertThat(finished).isEqualTo(numbers.subList(0, finished.size()));
        assertThat(overlaps).hasValue(0);
    }

    @Test
    void isClosedByAFailureToWork() {
        poison = 500;
        failsInTheMiddle();
        assertThat(finished).doesNotContain(500L);
    }

    @Test
    void isClosedByAFailureToFinish() {
        poisonToFinish = 500;
        failsInTheMiddle();
        assertThat(finished).doesNotContain(500L).contains(499L);
    }

    private void failsInTheMiddle() {
        CountDownLatch end = new CountDownLatch(1);
        startWorkers(2, end);
        start(() -> publish(0, 1_000_000, 3));
        Await.end(threads.getLast());
        end.countDown();
        awaitThreads();
        assertThat(finished).isEqualTo(numbers.subList(0, finished.size()));
        assertThatThrownBy(() -> ring.take(null)).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void releasesAllSlots() throws ClosedChannelException {
        Job one = ring.take(null), other = ring.take(null);
        ring.close();
        ring.release();
        assertThat(one.released && other.released).isTrue();
    }
}
