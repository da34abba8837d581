package dev.adit.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;

import java.math.BigInteger;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/// The ring against a set of all counters ever seen, in numbers that have no sign bit.
class ReplayWindowPropertyTest {

    @Test
    void agreesWithASetOfCounters() {
        Property.check(400, random -> run(random, random.nextInt(1 << 20)));
    }

    @Test
    void agreesWithASetOfCountersNearTheLimit() {
        Property.check(400, random -> run(random, LIMIT.longValue() - random.nextInt(40_000)));
    }

    @Test
    void agreesWithASetOfCountersAroundTheSignBit() {
        Property.check(200, random -> run(random, Long.MAX_VALUE - random.nextInt(20_000)));
    }

    private static void run(RandomGenerator random, long start) {
        ReplayWindow window = new ReplayWindow();
        Model model = new Model();
        long around = random.nextBoolean() ? start : 0;
        for (int i = 0; i < 1_000; i++) {
            long counter = around + step(random);
            switch (random.nextInt(200)) {
                case 0 -> counter = random.nextInt(10_000); // near zero, wherever the window is
                case 1 -> counter = start + random.nextInt(10_000);
                case 2 -> counter = LIMIT.longValue() + random.nextInt(5) - 2;
                case 3 -> counter = random.nextLong();
                default -> {}
            }
            assertThat(window.accept(counter))
                    .as("step %d: %s", i, Long.toUnsignedString(counter))
                    .isEqualTo(model.accept(counter));
            if (random.nextInt(4) == 0) around = counter;
        }
    }

    /// Mostly small, sometimes about as long as the window or the ring.
    private static long step(RandomGenerator random) {
        return switch (random.nextInt(8)) {
            case 0 -> random.nextInt(3) - 1 + 8128 * (random.nextInt(5) - 2);
            case 1 -> random.nextInt(3) - 1 + 8192 * (random.nextInt(5) - 2);
            case 2 -> random.nextInt(40_000) - 20_000;
            default -> random.nextInt(130) - 64;
        };
    }

    private static final class Model {
        private final Set<BigInteger> seen = new HashSet<>();
        private BigInteger highest = BigInteger.ZERO;

        boolean accept(long bits) {
            BigInteger counter = new BigInteger(Long.toUnsignedString(bits));
            if (counter.compareTo(LIMIT) >= 0) return false;
            if (highest.subtract(counter).compareTo(WINDOW) > 0) return false;
            highest = highest.max(counter);
            return seen.add(counter);
        }
    }

    private static final BigInteger WINDOW = BigInteger.valueOf(8128);
    private static final BigInteger LIMIT =
            BigInteger.TWO.pow(64).subtract(BigInteger.TWO.pow(13)).subtract(BigInteger.ONE);
}
