package dev.adit.protocol.session;

import java.util.Arrays;

/// Accepts each counter of a session at most once (paper §5.4.6, RFC 6479).
///
/// Not thread-safe: guarded by its [Session]. Only authentic packets may be passed to it.
final class ReplayWindow {

    // One bit per counter, in a ring of 64-bit words addressed by the counter itself. Moving
    // forward clears whole words and never shifts bits, at the price of one word of reach: SIZE
    // instead of 64 * RING. Counters are unsigned. A fresh window needs no special case: its
    // highest counter is 0, and bit 0 is still clear.

    private final long[] ring = new long[RING];
    private long highest;

    /// Marks `counter` as seen. Returns false if it was seen before, lies behind the window, or may
    /// never be used.
    boolean accept(long counter) {
        if (Long.compareUnsigned(counter, REJECT_AFTER_MESSAGES) >= 0) return false;
        if (Long.compareUnsigned(counter, highest) > 0) advance(counter);
        else if (Long.compareUnsigned(highest - counter, SIZE) > 0) return false;

        int word = (int) (counter >>> 6) & (RING - 1);
        long bit = 1L << counter; // the shift uses the low six bits
        boolean fresh = (ring[word] & bit) == 0;
        ring[word] |= bit;
        return fresh;
    }

    private void advance(long counter) {
        long from = highest >>> 6, to = counter >>> 6;
        if (to - from >= RING) Arrays.fill(ring, 0);
        else for (long w = from + 1; w <= to; w++) ring[(int) w & (RING - 1)] = 0;
        highest = counter;
    }

    private static final int RING = 128; // words; a power of two

    /// The number of counters behind the highest one that are still accepted: 8128, as in the
    /// kernel.
    static final int SIZE = (RING - 1) * 64;

    /// The first counter that may never be used: 2^64 - 2^13 - 1, unsigned.
    static final long REJECT_AFTER_MESSAGES = -1L - (1L << 13);
}
