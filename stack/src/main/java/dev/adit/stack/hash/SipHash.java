package dev.adit.stack.hash;

/// A key of SipHash-2-4 (Aumasson and Bernstein, 2012) and the hash itself. Immutable. The key is
/// printed nowhere.
public final class SipHash {
    private final long k0;
    private final long k1;

    /// A key of 128 random bits.
    public SipHash(long k0, long k1) {
        this.k0 = k0;
        this.k1 = k1;
    }

    /// The hash of 16 bytes: the words as SipHash reads them, little-endian.
    public long hash(long a, long b) {
        return hash(2, a, b, 0, 0, 0, 0);
    }

    /// The hash of 48 bytes.
    public long hash(long a, long b, long c, long d, long e, long f) {
        return hash(6, a, b, c, d, e, f);
    }

    private long hash(int words, long a, long b, long c, long d, long e, long f) {
        long v0 = k0 ^ 0x736f6d6570736575L, v1 = k1 ^ 0x646f72616e646f6dL;
        long v2 = k0 ^ 0x6c7967656e657261L, v3 = k1 ^ 0x7465646279746573L;
        // Every two rounds take a word in, the last of them the length; four more finish.
        long word = 0;
        for (int round = 0; round < 2 * (words + 1) + 4; round++) {
            int i = round >> 1;
            if ((round & 1) == 0 && i <= words) {
                word = i == words ? (long) words * 8 << 56 : word(i, a, b, c, d, e, f);
                v3 ^= word;
            } else if (round == 2 * (words + 1)) {
                v2 ^= 0xff;
            }
            v0 += v1;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v3;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v2 = Long.rotateLeft(v2, 32);
            if ((round & 1) == 1 && i <= words) v0 ^= word;
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private static long word(int i, long a, long b, long c, long d, long e, long f) {
        return switch (i) {
            case 0 -> a;
            case 1 -> b;
            case 2 -> c;
            case 3 -> d;
            case 4 -> e;
            default -> f;
        };
    }

    @Override
    public String toString() {
        return "SipHash";
    }
}
