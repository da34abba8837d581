package dev.adit.device.pipeline.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.event.DeviceEvent;
import dev.adit.device.event.DeviceEvent.ClockSetBack;
import dev.adit.device.event.DeviceListener;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Every peer sees timestamps that grow, whatever the clock does.
class InitiationTimestampsTest {
    private final List<DeviceEvent> events = new ArrayList<>();
    private final InitiationTimestamps timestamps =
            new InitiationTimestamps(
                    new DeviceListener() {
                        @Override
                        public void event(DeviceEvent event) {
                            events.add(event);
                        }
                    });
    private long now;

    @Test
    void areTheTimeOfDay() {
        for (int i = 0; i < 10; i++) {
            Instant time = START.plusSeconds(i * 7);
            assertThat(next(i * 7_000_000_000L, time)).isEqualTo(time);
        }
    }

    @Test
    void goOnFromTheLatestWhenTheClockGoesBack() {
        next(0, START);
        Instant first = next(SECOND, START.minusSeconds(3600));
        assertThat(first).isAfter(START).isBefore(START.plusMillis(100));
        assertThat(next(6 * SECOND, START.minusSeconds(3595))).isAfter(first);
    }

    @Test
    void areTheTimeOfDayAgainOnceThatIsLater() {
        next(0, START);
        next(SECOND, START.minusSeconds(60));
        Instant later = START.plusSeconds(1);
        assertThat(next(62 * SECOND, later)).isEqualTo(later);
    }

    @Test
    void doNotRunAwayFromTheClockWithManyPeers() {
        next(0, START);
        Instant last = START;
        for (int i = 0; i < 100_000; i++) last = next(i * 1_000_000L, START.minusSeconds(60));
        assertThat(Duration.between(START, last)).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void tellOnceThatTheClockWasSetBack() {
        next(0, START);
        next(SECOND, START.minusSeconds(60));
        next(6 * SECOND, START.minusSeconds(55));
        assertThat(events).containsExactly(new ClockSetBack(Duration.ofSeconds(60)));
        next(66 * SECOND, START.plusSeconds(5));
        next(67 * SECOND, START);
        assertThat(events).hasSize(2);
    }

    @Test
    void tellItAlsoAfterTwoInitiationsAtTheSameTimeOrASmallCorrection() {
        next(0, START);
        next(0, START);
        next(SECOND, START.minusMillis(900));
        assertThat(events).isEmpty();
        next(2 * SECOND, START.minusSeconds(60));
        assertThat(events).hasSize(1);
    }

    /// What a peer compares is rounded to 2^24 ns.
    @Test
    void growForEveryPeerWhateverTheClockDoes() {
        Random random = new Random(7);
        Map<Integer, Instant> latest = new HashMap<>();
        Map<Integer, Long> at = new HashMap<>();
        Duration wrong = Duration.ZERO;
        for (int i = 0; i < 200_000; i++) {
            now += random.nextLong(200_000_000L);
            if (random.nextInt(50) == 0) wrong = Duration.ofMillis(random.nextInt(-20_000, 20_000));
            int peer = random.nextInt(20);
            if (now - at.getOrDefault(peer, -REKEY_TIMEOUT) < REKEY_TIMEOUT) continue;
            Instant stamp = rounded(next(now, START.plusNanos(now).plus(wrong)));
            Instant before = latest.put(peer, stamp);
            at.put(peer, now);
            if (before != null) assertThat(stamp).as("after %d", i).isAfter(before);
        }
        assertThat(latest).hasSize(20);
    }

    private static Instant rounded(Instant stamp) {
        return Instant.ofEpochSecond(stamp.getEpochSecond(), stamp.getNano() & -1 << 24);
    }

    private Instant next(long now, Instant timeOfDay) {
        return timestamps.next(now, timeOfDay);
    }

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final long SECOND = 1_000_000_000L;
    private static final long REKEY_TIMEOUT = 5 * SECOND;
}
