package dev.adit.stack.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;

/// RACK in the situations that RFC 8985 describes (§3, §6.2, §9), PRR by its formula (RFC 6937 §3),
/// and the timeout by RFC 6298.
class RackTest {
    private static final long MS = 1_000_000L;
    private static final long RTT = 100 * MS;

    private final SentRanges ranges = new SentRanges();
    private final Rack rack = new Rack();

    private void send(long at, int segments) {
        for (int i = 0; i < segments; i++) ranges.sent(at, 1000, 1);
    }

    private long sack(long now, int from, int to) {
        ranges.beginSample();
        ranges.sack(from, to);
        rack.update(now, ranges.sample(), RTT, false);
        return rack.detect(now, ranges, false, RTT, RTT);
    }

    @Test
    void theFirstOfAFlightIsLostWhenTheThirdBehindArrives() {
        send(0, 5);
        assertThat(sack(RTT, 1000, 3000)).isEqualTo(RTT / 4);
        assertThat(ranges.lostBytes()).isZero();
        assertThat(sack(RTT, 3000, 4000)).isZero();
        assertThat(ranges.isLost(0)).isTrue();
        assertThat(ranges.lostBytes()).isEqualTo(1000); // what was sent after it is not
    }

    @Test
    void aRetransmissionThatIsLostIsFoundWithoutATimeout() {
        send(0, 4);
        sack(RTT, 1000, 4000);
        ranges.retransmitted(RTT, 0, 1000);
        send(RTT + MS, 2);
        // What was sent after the retransmission arrives.
        sack(2 * RTT + MS, 4000, 6000);
        assertThat(ranges.isLost(0)).isTrue();
    }

    @Test
    void afterReorderingTheWindowOpens() {
        send(0, 5);
        sack(RTT, 1000, 2000);
        ranges.beginSample();
        ranges.acknowledge(1000); // the first was late, not lost
        rack.update(RTT + MS, ranges.sample(), RTT, false);
        assertThat(ranges.sample().isReordered).isTrue();
        send(RTT + MS, 4);
        ranges.beginSample();
        ranges.acknowledge(5000);
        rack.update(RTT + 2 * MS, ranges.sample(), RTT, false);
        // Three arrive behind a hole, which is given a quarter of a round trip now.
        assertThat(sack(2 * RTT + MS, 6000, 9000)).isEqualTo(RTT / 4);
        assertThat(ranges.lostBytes()).isZero();
    }

    @Test
    void duplicatesWidenTheWindowOnceARoundTrip() {
        afterReorderingTheWindowOpens();
        rack.duplicate(ranges.una(), ranges.nxt());
        rack.duplicate(ranges.una(), ranges.nxt());
        assertThat(rack.detect(2 * RTT + MS, ranges, false, RTT, RTT)).isEqualTo(RTT / 2);
        for (int i = 0; i < 16; i++) rack.recovered();
        assertThat(rack.detect(2 * RTT + MS, ranges, false, RTT, RTT)).isEqualTo(RTT / 4);
    }

    @Test
    void anAmbiguousAcknowledgementTellsNothing() {
        send(0, 2);
        ranges.markLost(0);
        ranges.retransmitted(RTT, 0, 1000);
        ranges.beginSample();
        ranges.acknowledge(1000);
        // It comes sooner after the retransmission than any round trip took.
        rack.update(RTT + 10 * MS, ranges.sample(), RTT, false);
        assertThat(rack.detect(RTT + 10 * MS, ranges, false, RTT, RTT)).isZero();
        assertThat(ranges.lostBytes()).isZero();
    }

    @Test
    void theReductionIsProportional() {
        // RFC 6937 §3.1: from 10 segments in flight to 5, one goes for two that arrive.
        RateReduction prr = new RateReduction();
        prr.begin(10_000);
        long out = 0, pipe = 9000;
        for (int i = 1; i <= 8; i++) {
            pipe -= i == 1 ? 0 : 1000;
            long window = prr.window(1000, pipe, 5000, 1000);
            long more = (window - pipe) / 1000 * 1000;
            prr.sent(more);
            pipe += more;
            out += more;
        }
        assertThat(out).isEqualTo(3000);
        assertThat(pipe).isEqualTo(5000);
    }

    @Test
    void theTimeoutFollowsTheFormula() {
        RttEstimator rtt = new RttEstimator();
        assertThat(rtt.timeout()).isEqualTo(1000 * MS);
        rtt.sample(400 * MS);
        assertThat(rtt.smoothed()).isEqualTo(400 * MS);
        assertThat(rtt.variation()).isEqualTo(200 * MS);
        assertThat(rtt.timeout()).isEqualTo(1200 * MS);
        rtt.sample(480 * MS);
        assertThat(rtt.variation()).isEqualTo(170 * MS);
        assertThat(rtt.smoothed()).isEqualTo(410 * MS);
        for (int i = 0; i < 200; i++) rtt.sample(10 * MS);
        assertThat(rtt.timeout()).isBetween(200 * MS, 220 * MS);
        for (int i = 0; i < 60; i++) rtt.backOff();
        assertThat(rtt.timeout()).isEqualTo(120_000 * MS);
        rtt.forgetBackoff();
        assertThat(rtt.timeout()).isLessThan(220 * MS);
    }

    /// RFC 6298 §2 in floating point: for any measurements, with the lower bound of Linux.
    @Test
    void theTimeoutFollowsTheFormulaForAnyMeasurements() {
        Property.check(
                200,
                random -> {
                    RttEstimator rtt = new RttEstimator();
                    double smoothed = 0, variation = 0;
                    long base = random.nextLong(MS / 10, 1000 * MS);
                    for (int i = 0; i < 200; i++) {
                        long r = base + random.nextLong(1 + base / (1 + random.nextInt(20)));
                        rtt.sample(r);
                        variation =
                                i == 0 ? r / 2.0 : 0.75 * variation + 0.25 * Math.abs(smoothed - r);
                        smoothed = i == 0 ? r : 0.875 * smoothed + 0.125 * r;
                        double timeout = smoothed + Math.max(200 * MS, 4 * variation);
                        assertThat((double) rtt.timeout())
                                .isCloseTo(Math.min(timeout, 120_000.0 * MS), within(100.0));
                    }
                });
    }
}
