package dev.adit.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.adit.protocol.Vectors;

import org.junit.jupiter.api.Test;

class ReplayWindowTest {

    /// Restated, so that a wrong constant shows.
    private static final long WINDOW = 8128, LIMIT = Long.parseUnsignedLong("18446744073709543423");

    private final ReplayWindow window = new ReplayWindow();

    @Test
    void theLimitsAreThoseOfTheProtocol() {
        assertThat(ReplayWindow.SIZE).isEqualTo(8128);
        assertThat(Long.toUnsignedString(ReplayWindow.REJECT_AFTER_MESSAGES))
                .isEqualTo("18446744073709543423"); // 2^64 - 2^13 - 1
    }

    @Test
    void acceptsTheFirstCountersOnce() {
        accepts(0).rejects(0).accepts(1).rejects(1).rejects(0);
    }

    @Test
    void acceptsAnyFirstCounter() {
        accepts(5).rejects(5).accepts(0).accepts(4).accepts(6);
    }

    @Test
    void acceptsWhatArrivesOutOfOrder() {
        accepts(9).accepts(8).accepts(7).rejects(7).rejects(8).rejects(9).accepts(0);
    }

    @Test
    void reachesBackByTheSizeOfTheWindowAndNoFurther() {
        accepts(10 * WINDOW).accepts(9 * WINDOW).rejects(9 * WINDOW).rejects(9 * WINDOW - 1);
    }

    @Test
    void reachesBackByTheSizeWhereverInAWordTheHighestCounterIs() {
        for (long offset = 0; offset < 64; offset++) {
            ReplayWindow w = new ReplayWindow();
            long highest = 1_000_000 + offset;
            assertThat(w.accept(highest)).isTrue();
            for (long behind = 1; behind <= WINDOW; behind++) {
                assertThat(w.accept(highest - behind)).as("%d behind", behind).isTrue();
            }
            assertThat(w.accept(highest - WINDOW - 1)).isFalse();
            for (long behind = 0; behind <= WINDOW; behind++) {
                assertThat(w.accept(highest - behind)).isFalse();
            }
        }
    }

    @Test
    void forgetsWhatFallsBehindAndDoesNotTakeItForNew() {
        accepts(0).accepts(WINDOW + 1).rejects(0).rejects(WINDOW + 1).accepts(1).accepts(WINDOW);
    }

    @Test
    void aJumpOfManyRingsLeavesNothingBehindMarked() {
        for (long i = 0; i < 3 * WINDOW; i++) assertThat(window.accept(i)).isTrue();
        long far = 1L << 40;
        accepts(far);
        for (long i = 1; i <= WINDOW; i++) assertThat(window.accept(far - i)).isTrue();
    }

    @Test
    void aJumpOfJustOneRingLeavesNothingBehindMarked() {
        for (long jump : new long[] {8127, 8128, 8129, 8191, 8192, 8193, 8255, 8256}) {
            ReplayWindow w = new ReplayWindow();
            for (long i = 0; i <= 20_000; i++) assertThat(w.accept(i)).isTrue();
            long highest = 20_000 + jump;
            assertThat(w.accept(highest)).isTrue();
            for (long c = Math.max(20_001, highest - WINDOW); c < highest; c++) {
                assertThat(w.accept(c)).as("%d after a jump of %d", c, jump).isTrue();
            }
            assertThat(w.accept(20_000)).isFalse();
        }
    }

    @Test
    void acceptsNoCounterFromTheLimitOn() {
        rejects(LIMIT).rejects(LIMIT + 1).rejects(-1);
        accepts(0); // what was refused has not moved the window
    }

    @Test
    void acceptsTheLastCounterBelowTheLimitOnce() {
        accepts(LIMIT - 1).rejects(LIMIT - 1).rejects(LIMIT);
        accepts(LIMIT - 1 - WINDOW).rejects(LIMIT - 2 - WINDOW);
    }

    @Test
    void aCounterNearZeroIsBehindAWindowNearTheLimit() {
        accepts(LIMIT - 1).rejects(0).rejects(1).rejects(WINDOW);
    }

    @Test
    void countersCrossTheSignBit() {
        accepts(Long.MAX_VALUE).accepts(Long.MIN_VALUE).rejects(Long.MAX_VALUE);
        accepts(Long.MIN_VALUE + 1).accepts(Long.MAX_VALUE - 1).rejects(Long.MIN_VALUE);
        accepts(Long.MIN_VALUE + 1 - WINDOW).rejects(Long.MIN_VALUE - WINDOW);
    }

    @Test
    void agreesWithThePublishedVectors() throws Exception {
        int sequence = 0;
        for (JsonNode steps : Vectors.json("wireguard/replay.json").get("sequences")) {
            ReplayWindow w = new ReplayWindow();
            int step = 0;
            for (JsonNode entry : steps) {
                long counter = Long.parseUnsignedLong(entry.get(0).asText());
                // The vectors have the kernel's limit, which is 63 higher than ours.
                if (counter < 0) counter -= KERNEL_LIMIT - LIMIT;
                assertThat(w.accept(counter))
                        .as("sequence %d, step %d: %s", sequence, step++, entry)
                        .isEqualTo(entry.get(1).asBoolean());
            }
            sequence++;
        }
        assertThat(sequence).isPositive();
    }

    private ReplayWindowTest accepts(long counter) {
        assertThat(window.accept(counter)).as(Long.toUnsignedString(counter)).isTrue();
        return this;
    }

    private ReplayWindowTest rejects(long counter) {
        assertThat(window.accept(counter)).as(Long.toUnsignedString(counter)).isFalse();
        return this;
    }

    private static final long KERNEL_LIMIT = Long.parseUnsignedLong("18446744073709543486");
}
