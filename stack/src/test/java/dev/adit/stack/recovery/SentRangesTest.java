package dev.adit.stack.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;

import java.util.random.RandomGenerator;

/// The scoreboard against a model that knows each byte by itself.
class SentRangesTest {
    private static final int BYTES = 4000;

    private static final int SACKED = 1;
    private static final int LOST = 2;

    @Test
    void knowsOfEachByteWhatAModelKnows() {
        Property.check(200, SentRangesTest::run);
    }

    private static void run(RandomGenerator random) {
        SentRanges ranges = new SentRanges();
        int[] model = new int[BYTES];
        int una = 0, nxt = 0;
        for (int step = 0; step < 200; step++) {
            ranges.beginSample();
            switch (random.nextInt(6)) {
                case 0, 1 -> {
                    int n = Math.min(BYTES - nxt, 1 + random.nextInt(60));
                    if (n > 0) ranges.sent(step, n, 1 + n / 10);
                    nxt += n;
                }
                case 2 -> {
                    int to = una + (nxt > una ? random.nextInt(Math.min(nxt - una, 50) + 1) : 0);
                    long delivered = 0;
                    for (int i = una; i < to; i++) if ((model[i] & SACKED) == 0) delivered++;
                    ranges.acknowledge(to);
                    una = to;
                    assertThat(ranges.sample().delivered).isEqualTo(delivered);
                }
                case 3 -> {
                    if (nxt - una < 2) break;
                    int from = una + random.nextInt(nxt - una - 1);
                    int to = from + 1 + random.nextInt(nxt - from);
                    to = Math.min(to, nxt);
                    long delivered = 0;
                    for (int i = from; i < to; i++) {
                        if ((model[i] & SACKED) == 0) delivered++;
                        model[i] = SACKED;
                    }
                    ranges.sack(from, to);
                    assertThat(ranges.sample().delivered).isEqualTo(delivered);
                }
                case 4 -> {
                    if (ranges.count() == 0) break;
                    int i = random.nextInt(ranges.count());
                    for (long k = ranges.start(i); k < ranges.end(i); k++) {
                        if (model[(int) k] == 0) model[(int) k] = LOST;
                    }
                    ranges.markLost(i);
                }
                default -> {
                    int i = ranges.firstLost();
                    if (i < 0) break;
                    long start = ranges.start(i);
                    long n = ranges.retransmitted(step, i, 1 + random.nextInt(20));
                    for (long k = start; k < start + n; k++) model[(int) k] = 0;
                }
            }
            compare(ranges, model, una, nxt);
        }
    }

    private static void compare(SentRanges ranges, int[] model, int una, int nxt) {
        long sacked = 0, lost = 0;
        int firstLost = -1;
        for (int i = una; i < nxt; i++) {
            if (model[i] == SACKED) sacked++;
            if (model[i] == LOST) lost++;
            if (model[i] == LOST && firstLost < 0) firstLost = i;
        }
        assertThat(ranges.una()).isEqualTo(una);
        assertThat(ranges.nxt()).isEqualTo(nxt);
        assertThat(ranges.sackedBytes()).isEqualTo(sacked);
        assertThat(ranges.lostBytes()).isEqualTo(lost);
        assertThat(ranges.inFlight()).isEqualTo(nxt - una - sacked - lost);
        int i = ranges.firstLost();
        assertThat(i < 0 ? -1 : ranges.start(i)).isEqualTo(firstLost);
        int segments = 0;
        for (int k = 0; k < ranges.count(); k++) {
            assertThat(ranges.start(k)).isLessThan(ranges.end(k));
            for (long at = ranges.start(k); at < ranges.end(k); at++) {
                int is = ranges.isSacked(k) ? SACKED : ranges.isLost(k) ? LOST : 0;
                if (is != model[(int) at]) throw new AssertionError("byte " + at + " is " + is);
            }
            if (ranges.isSacked(k)) segments++;
        }
        assertThat(ranges.sackedSegments()).isGreaterThanOrEqualTo(segments);
        if (sacked == 0) assertThat(ranges.sackedSegments()).isZero();
    }

    @Test
    void splittingHasABound() {
        SentRanges ranges = new SentRanges();
        for (int i = 0; i < SentRanges.MAX_SENT; i++) ranges.sent(i, 100, 1);
        assertThat(ranges.isFull()).isTrue();
        for (int at = 1; at < SentRanges.MAX_SENT * 100; at += 2) ranges.sack(at, at + 1);
        assertThat(ranges.count()).isLessThanOrEqualTo(2 * SentRanges.MAX_SENT);
        assertThat(ranges.inFlight()).isPositive();
        ranges.acknowledge(SentRanges.MAX_SENT * 100L);
        assertThat(ranges.inFlight()).isZero();
        assertThat(ranges.sackedBytes()).isZero();
        assertThat(ranges.sackedSegments()).isZero();
    }

    @Test
    void afterRenegingAllIsLost() {
        SentRanges ranges = new SentRanges();
        ranges.sent(0, 1000, 1);
        ranges.sent(0, 1000, 1);
        ranges.sack(0, 1000);
        ranges.markAllLost();
        assertThat(ranges.lostBytes()).isEqualTo(2000);
        assertThat(ranges.sackedBytes()).isZero();
        ranges.sent(0, 1000, 1);
        ranges.sack(2000, 3000);
        ranges.markAllLost();
        assertThat(ranges.sackedBytes()).isEqualTo(1000);
    }
}
