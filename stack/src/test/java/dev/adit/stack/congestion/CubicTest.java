package dev.adit.stack.congestion;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// Congestion windows over time against what the RFCs say they are.
class CubicTest {
    private static final int SEGMENT = 1000;
    private static final long RTT = 100_000_000L;
    private static final long LIMIT = 1L << 40;

    /// One round trip in which all of the window is acknowledged, segment by segment.
    private static void round(CongestionControl control, long now, long rtt) {
        long segments = control.window() / SEGMENT;
        for (long i = 0; i < segments; i++) {
            control.acknowledged(now + rtt * i / segments, SEGMENT, rtt, LIMIT);
        }
    }

    @Test
    void theWindowFollowsTheCubicFunctionForAMinute() {
        Cubic cubic = new Cubic();
        cubic.begin(SEGMENT);
        long segments = 20_000; // where Reno is far slower
        while (cubic.window() < segments * SEGMENT) cubic.acknowledged(0, SEGMENT, RTT, LIMIT);
        double max = (double) cubic.window() / SEGMENT;
        cubic.congested();
        cubic.recover(cubic.threshold());
        assertThat((double) cubic.window() / SEGMENT)
                .isCloseTo(0.7 * max, Percentage.withPercentage(0.1));
        double start = (double) cubic.window() / SEGMENT, k = Math.cbrt((max - start) / 0.4);
        for (int i = 0; i < 600; i++) {
            double t = (i + 1) * 0.1, expected = 0.4 * Math.pow(t - k, 3) + max;
            round(cubic, i * RTT, RTT);
            // The target of each acknowledgement is a round trip ahead.
            assertThat((double) cubic.window() / SEGMENT)
                    .as("at %.1f s", t)
                    .isCloseTo(expected, Percentage.withPercentage(3));
        }
    }

    /// Losses at windows that differ, so that fast convergence takes part too (RFC 9438 §4.2, §4.6,
    /// §4.7).
    @Test
    void theWindowFollowsTheCubicFunctionThroughAnHourOfLosses() {
        RandomGenerator random = new SplittableRandom(9438);
        Cubic cubic = new Cubic();
        cubic.begin(SEGMENT);
        while (segments(cubic) < 2000) cubic.acknowledged(0, SEGMENT, RTT, LIMIT);
        double max = 0, plateau = 0, start = 0, limit = 0;
        long epoch = 0, losses = 0;
        for (long round = 0; round < 36_000; round++) {
            double window = segments(cubic);
            if (window >= limit) {
                max = window < max ? window * 1.7 / 2 : window;
                cubic.congested();
                cubic.recover(cubic.threshold());
                start = segments(cubic);
                assertThat(start).isCloseTo(0.7 * window, Percentage.withPercentage(0.1));
                plateau = Math.max(max, start);
                limit = random.nextInt(1500, 3000);
                epoch = round;
                losses++;
                continue;
            }
            round(cubic, round * RTT, RTT);
            double t = (round - epoch) * 0.1, k = Math.cbrt((plateau - start) / 0.4);
            assertThat(segments(cubic))
                    .as("%.1f s after loss %d", t, losses)
                    .isCloseTo(0.4 * Math.pow(t - k, 3) + plateau, Percentage.withPercentage(3));
        }
        assertThat(losses).isGreaterThan(100);
    }

    private static double segments(CongestionControl control) {
        return (double) control.window() / SEGMENT;
    }

    @Test
    void aSmallWindowGrowsAtLeastAsReno() {
        Cubic cubic = new Cubic();
        cubic.begin(SEGMENT);
        cubic.congested();
        cubic.recover(cubic.threshold());
        long rtt = 10_000_000L, before = cubic.window();
        for (int i = 0; i < 100; i++) round(cubic, i * rtt, rtt);
        // An average Reno with CUBIC's reduction: 0.53 segments a round trip (RFC 9438 §4.3).
        assertThat(cubic.window() - before).isGreaterThan(50L * SEGMENT);
    }

    @Test
    void renoGrowsASegmentARoundTripAndHalves() {
        NewReno reno = new NewReno();
        reno.begin(SEGMENT);
        assertThat(reno.window()).isEqualTo(10 * SEGMENT);
        round(reno, 0, RTT);
        assertThat(reno.window()).isEqualTo(20 * SEGMENT);
        reno.congested();
        reno.recover(reno.threshold());
        assertThat(reno.window()).isEqualTo(10 * SEGMENT);
        for (int i = 0; i < 20; i++) round(reno, i * RTT, RTT);
        assertThat(reno.window()).isBetween(28L * SEGMENT, 31L * SEGMENT);
    }

    @Test
    void anUndoneReductionLeavesNoTrace() {
        Cubic cubic = new Cubic();
        cubic.begin(SEGMENT);
        for (int i = 0; i < 3; i++) round(cubic, i * RTT, RTT);
        long window = cubic.window(), threshold = cubic.threshold();
        cubic.timedOut(true, window);
        assertThat(cubic.window()).isEqualTo(SEGMENT);
        cubic.undo();
        assertThat(cubic.window()).isEqualTo(window);
        assertThat(cubic.threshold()).isEqualTo(threshold);
    }

    @Test
    void slowStartEndsWhenTheDelayGrows() {
        Cubic cubic = new Cubic();
        cubic.begin(SEGMENT);
        long sent = 0;
        for (int round = 0; round < 30 && cubic.threshold() == Long.MAX_VALUE; round++) {
            long rtt = RTT + (round > 3 ? (round - 3) * 20_000_000L : 0);
            long segments = Math.min(1000, cubic.window() / SEGMENT), acked = sent;
            sent += segments * SEGMENT;
            for (int i = 0; i < segments; i++) {
                acked += SEGMENT;
                cubic.acknowledged(round * RTT, SEGMENT, rtt, LIMIT);
                cubic.measured(rtt, acked, acked + cubic.window());
            }
        }
        assertThat(cubic.threshold()).isLessThan(LIMIT);
        assertThat(cubic.isSlowStart()).isFalse();
    }

    @Test
    void jitterBelowTheThresholdDoesNotEndSlowStart() {
        HyStart start = new HyStart();
        long sent = 0;
        for (int round = 0; round < 20; round++) {
            sent += 100;
            for (int i = 0; i < 20; i++) {
                assertThat(start.sample(RTT + i % 10 * 1_000_000L, sent - 20 + i, sent)).isFalse();
            }
        }
        assertThat(start.isConservative()).isFalse();
    }
}
