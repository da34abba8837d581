package dev.adit.device.io;

import java.lang.System.Logger.Level;

/// How many threads a device's data path may have beyond those that read: none unless somebody asks
/// for them. With few cores handing packets over costs more than sealing them. Immutable.
///
/// @param lanes threads that seal and open what the readers hand over, 0 to 32
/// @param queues how many queues a TUN may have, each with a reader of its own, at least one
public record Parallelism(int lanes, int queues) {

    /// So many lanes, and as many queues as suit them.
    ///
    /// @throws IllegalArgumentException for fewer than 0 or more than [#MAX_LANES]
    public static Parallelism of(int lanes) {
        if (lanes < 0 || lanes > MAX_LANES) {
            throw new IllegalArgumentException("there can be 0 to " + MAX_LANES + " lanes");
        }
        return new Parallelism(lanes, lanes == 0 ? 1 : Math.clamp(lanes, 2, MAX_QUEUES));
    }

    /// What the administrator wants, in the environment variable `ADIT_LANES` or the system
    /// property `adit.lanes`: a number, or `auto` for what suits the cores that there are; else no
    /// lanes.
    public static Parallelism configured() {
        return CONFIGURED;
    }

    /// @param words what the administrator wants, or null
    static Parallelism of(String words, int cores) {
        if (words == null || words.isBlank()) return of(0);
        // The readers of the TUN and of the sockets need a core each.
        if (words.strip().equals("auto")) {
            return of(cores < MIN_CORES ? 0 : Math.min(cores - 2, AUTOMATIC_LANES));
        }
        try {
            return of(Integer.parseInt(words.strip()));
        } catch (IllegalArgumentException e) {
            String rule = "ADIT_LANES is `auto' or a number from 0 to " + MAX_LANES;
            LOG.log(Level.WARNING, rule + ", not `" + words + "'");
            return of(0);
        }
    }

    /// The most lanes there can be.
    public static final int MAX_LANES = 32;

    private static final int MIN_CORES = 4;

    // The one thread that finishes is busy with what six of them have sealed or opened.
    private static final int AUTOMATIC_LANES = 6;
    private static final int MAX_QUEUES = 4;
    private static final System.Logger LOG = System.getLogger("adit.lanes");
    private static final Parallelism CONFIGURED =
            of(
                    System.getProperty("adit.lanes", System.getenv("ADIT_LANES")),
                    Runtime.getRuntime().availableProcessors());
}
