package dev.adit.device.config;

/// How many crypto threads and TUN queues a device has. By default it has no crypto threads, since
/// with few cores handing packets over costs more than sealing them. Immutable.
///
/// @param cryptoThreads threads that seal and open what the readers hand over, 0 to 32
/// @param queues how many queues a TUN may have, each with a reader of its own, at least one
public record Parallelism(int cryptoThreads, int queues) {

    /// So many crypto threads, and as many queues as suit them.
    ///
    /// @throws IllegalArgumentException for fewer than 0 or more than [#MAX_CRYPTO_THREADS]
    public static Parallelism of(int cryptoThreads) {
        if (cryptoThreads < 0 || cryptoThreads > MAX_CRYPTO_THREADS) {
            throw new IllegalArgumentException(
                    "crypto threads must be between 0 and "
                            + (MAX_CRYPTO_THREADS + ", not " + cryptoThreads));
        }
        int queues = cryptoThreads == 0 ? 1 : Math.clamp(cryptoThreads, 2, MAX_QUEUES);
        return new Parallelism(cryptoThreads, queues);
    }

    /// As many crypto threads as suit a machine with so many cores.
    public static Parallelism automatic(int cores) {
        // The readers of the TUN and of the sockets need a core each.
        return of(cores < MIN_CORES ? 0 : Math.min(cores - 2, AUTOMATIC_THREADS));
    }

    /// Parses `auto` or a number from 0 to [#MAX_CRYPTO_THREADS]; blank means none.
    ///
    /// @param cores how many cores there are for `auto`
    /// @throws IllegalArgumentException for anything else, with the rule
    public static Parallelism parse(String text, int cores) {
        if (text.isBlank()) return of(0);
        if (text.strip().equals("auto")) return automatic(cores);
        try {
            return of(Integer.parseInt(text.strip()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "`auto' or a number from 0 to " + (MAX_CRYPTO_THREADS + ", not `" + text + "'"),
                    e);
        }
    }

    /// The most crypto threads there can be.
    public static final int MAX_CRYPTO_THREADS = 32;

    private static final int MIN_CORES = 4;

    // The one thread that finishes is busy with what six of them have sealed or opened.
    private static final int AUTOMATIC_THREADS = 6;
    private static final int MAX_QUEUES = 4;
}
