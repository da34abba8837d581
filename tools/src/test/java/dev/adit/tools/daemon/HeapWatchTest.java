package dev.adit.tools.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.lang.ref.WeakReference;
import java.util.SplittableRandom;

class HeapWatchTest {
    private long alive, garbage;
    private int collections;
    private final HeapWatch watch =
            new HeapWatch(
                    () -> alive + garbage,
                    () -> {
                        garbage = 0;
                        collections++;
                    });

    @Test
    void garbageStaysBelowWhatIsAliveAndSomeMegabytes() {
        SplittableRandom random = new SplittableRandom(1);
        for (alive = MEGABYTE; alive < 300 * MEGABYTE; alive *= 2) {
            for (int i = 0; i < 1000; i++) {
                garbage += random.nextLong(4 * MEGABYTE);
                watch.look();
                assertThat(garbage).isLessThan(alive + HeapWatch.SLACK);
            }
        }
        assertThat(collections).isPositive();
    }

    @Test
    void afterOthersHaveCollectedLessMayGather() {
        alive = 300 * MEGABYTE;
        watch.look();
        alive = 5 * MEGABYTE;
        watch.look();
        garbage = alive + HeapWatch.SLACK;
        watch.look();
        assertThat(garbage).isZero();
    }

    @Test
    void aHeapInWhichNothingGathersIsLeftAlone() {
        alive = 5 * MEGABYTE;
        for (int i = 0; i < 100; i++) {
            garbage = i % 3 * MEGABYTE;
            watch.look();
        }
        assertThat(collections).isZero();
    }

    @Test
    void oneThatIsLargeAndAliveIsCollectedOnce() {
        alive = 200 * MEGABYTE;
        for (int i = 0; i < 100; i++) watch.look();
        assertThat(collections).isEqualTo(1);
    }

    @Test
    void theHeapOfThisProgramIsCollected() {
        WeakReference<byte[]> garbage = new WeakReference<>(new byte[(int) HeapWatch.SLACK]);
        HeapWatch.system().look();
        assertThat(garbage.get()).isNull();
    }

    private static final long MEGABYTE = 1 << 20;
}
