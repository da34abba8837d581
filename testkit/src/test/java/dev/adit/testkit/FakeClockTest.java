package dev.adit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

class FakeClockTest {
    private final FakeClock clock = new FakeClock();

    @Test
    void wakesAThreadWhenItsTimeHasCome() {
        AtomicLong woken = new AtomicLong();
        Thread thread =
                Thread.startVirtualThread(
                        () -> {
                            while (clock.nanoTime() < 5_000_000_000L) {
                                clock.parkUntil(this, 5_000_000_000L);
                            }
                            woken.set(clock.nanoTime());
                        });
        clock.advance(Duration.ofSeconds(4));
        assertThat(woken.get()).isZero();
        clock.advance(Duration.ofSeconds(4));
        Await.end(thread);
        assertThat(woken.get()).isEqualTo(8_000_000_000L);
    }

    @Test
    void aTimeThatHasComeIsNotWaitedFor() {
        clock.advance(Duration.ofSeconds(1));
        clock.parkUntil(this, 1_000_000_000L);
        assertThat(clock.nanoTime()).isEqualTo(1_000_000_000L);
    }

    @Test
    void theTimeOfDayGoesOnWithIt() {
        Duration hour = Duration.ofHours(1);
        assertThat(Duration.between(clock.instant(), later(hour))).isEqualTo(hour);
    }

    private Instant later(Duration by) {
        clock.advance(by);
        return clock.instant();
    }
}
