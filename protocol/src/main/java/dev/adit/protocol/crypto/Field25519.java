package dev.adit.protocol.crypto;

import java.util.Arrays;

/// Arithmetic modulo p = 2^255 - 19, for [PureJavaX25519]. Confined to one thread.
///
/// A number is ten limbs of 26 bits, lowest first, which may be negative, and one bit longer after
/// an addition or a subtraction; there may be only one of these before the next multiplication. No
/// branch and no index depends on a number.
final class Field25519 {
    private final long[] product = new long[2 * LIMBS];

    void add(long[] sum, long[] a, long[] b) {
        for (int i = 0; i < LIMBS; i++) sum[i] = a[i] + b[i];
    }

    void subtract(long[] difference, long[] a, long[] b) {
        for (int i = 0; i < LIMBS; i++) difference[i] = a[i] - b[i];
    }

    /// `out` := `a` × `b`; all three may be the same.
    void multiply(long[] out, long[] a, long[] b) {
        Arrays.fill(product, 0);
        // Sums of ten products of 27 and 27 bits.
        for (int i = 0; i < LIMBS; i++) {
            for (int j = 0; j < LIMBS; j++) product[i + j] += a[i] * b[j];
        }
        carry(product, 2 * LIMBS - 1);
        for (int i = 0; i < LIMBS; i++) out[i] = product[i] + FOLD * product[i + LIMBS];
        reduce(out);
    }

    /// `out` := `a` × `factor`, a number of at most 17 bits.
    void scale(long[] out, long[] a, long factor) {
        for (int i = 0; i < LIMBS; i++) out[i] = a[i] * factor;
        reduce(out);
    }

    /// `a` := 1 / `a`, computed as a^(p-2); the inverse of 0 is 0.
    ///
    /// @param base and `power`: working memory
    void invert(long[] a, long[] base, long[] power) {
        System.arraycopy(a, 0, base, 0, LIMBS);
        System.arraycopy(a, 0, power, 0, LIMBS);
        // p - 2 has 255 bits, all 1 except bits 2 and 4.
        for (int bit = 253; bit >= 0; bit--) {
            multiply(power, power, power);
            if (bit != 2 && bit != 4) multiply(power, power, base);
        }
        System.arraycopy(power, 0, a, 0, LIMBS);
    }

    /// Brings all limbs back to 26 bits.
    private static void reduce(long[] a) {
        carry(a, LIMBS - 1);
        // The part above 2^260 counts 2^5 times 19.
        long above = a[LIMBS - 1] + HALF >> BITS;
        a[LIMBS - 1] -= above << BITS;
        a[0] += FOLD * above;
        carry(a, 1);
    }

    /// Carries from limb 0 up to limb `last`, which is not reduced; afterwards the limbs are
    /// centred on 0.
    private static void carry(long[] a, int last) {
        for (int i = 0; i < last; i++) {
            long above = a[i] + HALF >> BITS;
            a[i] -= above << BITS;
            a[i + 1] += above;
        }
    }

    /// Reads the little-endian number in `bytes` without its top bit, as RFC 7748 §5 prescribes.
    void decode(byte[] bytes, long[] a) {
        Arrays.fill(a, 0);
        for (int bit = 0; bit < 255; bit++) {
            long value = bytes[bit >> 3] >> (bit & 7) & 1;
            a[bit / BITS] |= value << bit % BITS;
        }
    }

    /// Writes `a`, fully reduced modulo p, to `bytes`; `a` is changed.
    void encode(long[] a, byte[] bytes) {
        // Twice, as the first may end a little below 0 or above 2^255.
        canonicalCarry(a);
        canonicalCarry(a);
        // When the number is p or more, adding 19 reaches bit 255; then the sum is kept instead.
        long carry = 19;
        for (int i = 0; i < LIMBS - 1; i++) carry = a[i] + carry >> BITS;
        long fromP = a[LIMBS - 1] + carry >> TOP_BITS;
        a[0] += 19 * fromP;
        canonicalCarry(a);
        a[LIMBS - 1] &= (1L << TOP_BITS) - 1;
        Arrays.fill(bytes, (byte) 0);
        for (int bit = 0; bit < 255; bit++) {
            bytes[bit >> 3] |= (byte) ((a[bit / BITS] >> bit % BITS & 1) << (bit & 7));
        }
    }

    /// Carries so that all limbs but the top one are at least 0; the part above 2^255 counts 19
    /// times.
    private static void canonicalCarry(long[] a) {
        long above = a[LIMBS - 1] >> TOP_BITS;
        a[LIMBS - 1] -= above << TOP_BITS;
        a[0] += 19 * above;
        for (int i = 0; i < LIMBS - 1; i++) {
            a[i + 1] += a[i] >> BITS;
            a[i] &= (1L << BITS) - 1;
        }
    }

    void erase() {
        Arrays.fill(product, 0);
    }

    static final int LIMBS = 10;
    private static final int BITS = 26;
    private static final long HALF = 1L << BITS - 1;

    /// The number of bits of the top limb below 2^255.
    private static final int TOP_BITS = 255 - BITS * (LIMBS - 1);

    /// 2^260 modulo p.
    private static final long FOLD = 19 << 5;
}
