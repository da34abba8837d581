package dev.adit.testing;

import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// Laws that hold for every input, tried with inputs made from numbered seeds.
///
/// The same seed always makes the same input. To repeat one that failed alone, set the system
/// property `adit.seed` to its number.
public final class Property {

    /// A law about one input. It holds when it returns.
    @FunctionalInterface
    public interface Law<T> {
        void holds(T input) throws Exception;
    }

    /// Checks `law` for the inputs that `generator` makes from the seeds 0 to `seeds` - 1.
    ///
    /// @throws AssertionError for the first seed for which it does not hold, with that seed
    public static <T> void check(
            int seeds, Function<? super RandomGenerator, ? extends T> generator, Law<T> law) {
        if (ONLY != null) {
            checkOne(ONLY, generator, law);
            return;
        }
        for (long seed = 0; seed < seeds; seed++) checkOne(seed, generator, law);
    }

    /// Checks a law that draws its own randomness as it goes.
    public static void check(int seeds, Consumer<RandomGenerator> law) {
        check(seeds, random -> random, law::accept);
    }

    private static <T> void checkOne(
            long seed, Function<? super RandomGenerator, ? extends T> generator, Law<T> law) {
        Object input = "(none: the generator failed)";
        try {
            T made = generator.apply(new SplittableRandom(seed));
            input = made;
            law.holds(made);
        } catch (Throwable failure) {
            String what = input instanceof RandomGenerator ? "" : " for " + shorten(input);
            throw new AssertionError(
                    "does not hold at seed %d%s (repeat with -Dadit.seed=%d): %s"
                            .formatted(seed, what, seed, failure.getMessage()),
                    failure);
        }
    }

    private static String shorten(Object input) {
        String text = String.valueOf(input);
        return text.length() <= 2_000 ? text : text.substring(0, 2_000) + "...";
    }

    private static final Long ONLY = Long.getLong("adit.seed");

    private Property() {}
}
