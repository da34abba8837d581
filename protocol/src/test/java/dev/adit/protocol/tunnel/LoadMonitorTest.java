package dev.adit.protocol.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LoadMonitorTest {
    private final LoadMonitor monitor = new LoadMonitor(4096);

    @Test
    void anEighthOfTheQueueIsALoad() {
        assertThat(monitor.underLoad(0, 511)).isFalse();
        assertThat(monitor.underLoad(0, 512)).isTrue();
        assertThat(new LoadMonitor(1024).underLoad(0, 128)).isTrue();
        assertThat(new LoadMonitor(1024).underLoad(0, 127)).isFalse();
    }

    @Test
    void aLoadLastsForASecond() {
        assertThat(monitor.underLoad(7, 600)).isTrue();
        assertThat(monitor.underLoad(7 + SECOND - 1, 0)).isTrue();
        assertThat(monitor.underLoad(7 + SECOND, 0)).isFalse();
    }

    @Test
    void anotherLoadBeginsTheSecondAnew() {
        assertThat(monitor.underLoad(0, 600)).isTrue();
        assertThat(monitor.underLoad(SECOND / 2, 600)).isTrue();
        assertThat(monitor.underLoad(SECOND, 0)).isTrue();
        assertThat(monitor.underLoad(SECOND + SECOND / 2, 0)).isFalse();
    }

    /// What is not queued under load does not show in the queue.
    @Test
    void aLoadGoesOnWhileTheQueueWouldBeFilledInASecond() {
        assertThat(monitor.underLoad(0, 600)).isTrue();
        for (int i = 1; i < 4 * 5000; i++) {
            assertThat(monitor.underLoad(i * (SECOND / 5000), 0)).as("message %d", i).isTrue();
        }
        assertThat(monitor.underLoad(6 * SECOND, 0)).isFalse();
    }

    @Test
    void aLoadEndsWhenFewerCome() {
        assertThat(monitor.underLoad(0, 600)).isTrue();
        for (int i = 1; i < 4000; i++) monitor.underLoad(i * (SECOND / 4000), 0);
        assertThat(monitor.underLoad(SECOND, 0)).isFalse();
    }

    @Test
    void thereIsNoneAtTheStart() {
        assertThat(monitor.underLoad(0, 0)).isFalse();
    }

    private static final long SECOND = 1_000_000_000L;
}
