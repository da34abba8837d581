package dev.adit.stack.tcp;

import dev.adit.stack.hash.SipHash;

/// Makes and checks SYN cookies: initial sequence numbers that encode the options of a SYN, so that
/// no state is kept for it (RFC 4987 §3.6): a minute, one of eight segment sizes, and a hash of
/// both with the addresses. Window scale, SACK and ECN go into the low bits of the timestamp, as
/// Linux does.
///
/// Thread-safe.
final class SynCookies {
    private final SipHash key;

    SynCookies(SipHash key) {
        this.key = key;
    }

    /// The sequence number that answers a SYN.
    int make(long now, long hash, int peerSequence, int maxSegment) {
        int minute = minute(now);
        int size = SIZES.length - 1;
        while (size > 0 && SIZES[size] > maxSegment) size--;
        int low = secret(hash, minute) + size & LOW;
        return (int) key.hash(hash, BASE) + peerSequence + (minute << 24 | low);
    }

    /// The segment size that an acknowledged cookie carries, or -1 when it is none of the last two
    /// minutes.
    int check(long now, long hash, int peerSequence, int cookie) {
        int difference = cookie - (int) key.hash(hash, BASE) - peerSequence;
        int minute = minute(now);
        int age = minute - (difference >>> 24) & 0xff;
        if (age > MAX_AGE) return -1;
        int size = (difference & LOW) - secret(hash, minute - age) & LOW;
        return size < SIZES.length ? SIZES[size] : -1;
    }

    private static int minute(long now) {
        return (int) (now / MINUTE) & 0xff;
    }

    private int secret(long hash, int minute) {
        return (int) key.hash(hash, MINUTES + (minute & 0xff)) & LOW;
    }

    /// A timestamp that carries options in its low bits and is not after `value`.
    static int stamp(int value, int shift, boolean sack) {
        int options = (shift < 0 ? NO_SHIFT : shift) | (sack ? SACK : 0);
        int stamp = value & ~MASK | options;
        return stamp - value > 0 ? stamp - (MASK + 1) : stamp;
    }

    /// The window scale that an echoed timestamp carries, or -1.
    static int shift(int echo) {
        int shift = echo & NO_SHIFT;
        return shift == NO_SHIFT ? -1 : shift;
    }

    static boolean sack(int echo) {
        return (echo & SACK) != 0;
    }

    private static final int[] SIZES = {88, 536, 1220, 1300, 1360, 1380, 1440, 1460};
    private static final int LOW = 0xffffff;
    private static final int MAX_AGE = 1;
    private static final long MINUTE = 64_000_000_000L;
    private static final long BASE = 0x5359_4e31L;
    private static final long MINUTES = 0x5359_4e32_0000L;
    private static final int NO_SHIFT = 0xf;
    private static final int SACK = 0x10;
    private static final int MASK = 0x3f;
}
