package dev.adit.device.resolve;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Asks another resolver again while it fails for a temporary reason. Immutable.
final class RetryingResolver implements Resolver {
    private final Resolver resolver;
    private final int retries;
    private final Consumer<String> warnings;
    private final Pause pause;

    /// @param retries how often to ask again, or -1 for no limit
    RetryingResolver(Resolver resolver, int retries, Consumer<String> warnings, Pause pause) {
        this.resolver = resolver;
        this.retries = retries;
        this.warnings = warnings;
        this.pause = pause;
    }

    /// Waits for a number of microseconds.
    interface Pause {
        void micros(long micros) throws InterruptedException;
    }

    static void sleep(long micros) throws InterruptedException {
        TimeUnit.MICROSECONDS.sleep(micros);
    }

    @Override
    public InetAddress address(String host, String endpoint) throws UnknownHostException {
        long delay = FIRST_DELAY;
        for (int failures = 0; ; failures++) {
            try {
                return resolver.address(host, endpoint);
            } catch (UnknownHostException e) {
                if (!mayPass(e) || failures == retries) throw e;
                warnings.accept(warning(e, endpoint, delay));
                await(delay, e);
                delay = Math.min(LONGEST_DELAY, delay * 6 / 5);
            }
        }
    }

    private void await(long delay, UnknownHostException failure) throws UnknownHostException {
        try {
            pause.micros(delay);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure;
        }
    }

    /// True for EAI_AGAIN in the words of glibc and of musl.
    private static boolean mayPass(UnknownHostException failure) {
        String words = failure.getMessage();
        return words != null
                && (words.startsWith("Temporary failure") || words.equals("Try again"));
    }

    private static String warning(UnknownHostException failure, String endpoint, long delay) {
        return String.format(
                Locale.ROOT,
                "%s: `%s'. Trying again in %.2f seconds...",
                failure.getMessage(),
                endpoint,
                delay / 1e6);
    }

    @Override
    public OptionalInt port(String service) {
        return resolver.port(service);
    }

    private static final long FIRST_DELAY = 1_000_000; // microseconds
    private static final long LONGEST_DELAY = 20_000_000;
}
