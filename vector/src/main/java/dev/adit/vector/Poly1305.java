package dev.adit.vector;

import static dev.adit.vector.Species512.ORDER;

import static jdk.incubator.vector.VectorOperators.AND_NOT;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

import java.lang.foreign.MemorySegment;

/// Poly1305 (RFC 8439, section 2.5) of eight messages at once, in the memory of a [Scratch].
/// Immutable.
///
/// A number modulo 2^130 - 5 is five limbs of 26 bits, each in a vector of eight longs, so that the
/// products of two limbs and the sum of five of them fit. The part above 2^130 is added at the
/// bottom, times five.
final class Poly1305 {

    /// Adds whole blocks to the sum: for each, `sum = (sum + block + 2^128) * r`.
    ///
    /// @param sum five rows of limbs
    /// @param key rows with the low and the high half of `r`
    /// @param words rows with the low and the high half of each block
    static void absorb(MemorySegment m, long sum, long key, long words, int blocks) {
        LongVector low = row(m, key).and(CLAMP_LOW), high = row(m, key + STEP).and(CLAMP_HIGH);
        LongVector r0 = low.and(LIMB), r1 = low.lanewise(LSHR, 26).and(LIMB);
        LongVector r2 = low.lanewise(LSHR, 52).or(high.lanewise(LSHL, 12)).and(LIMB);
        LongVector r3 = high.lanewise(LSHR, 14).and(LIMB), r4 = high.lanewise(LSHR, 40).and(LIMB);
        LongVector s1 = r1.mul(5).and(LOW_32), s2 = r2.mul(5).and(LOW_32);
        LongVector s3 = r3.mul(5).and(LOW_32), s4 = r4.mul(5).and(LOW_32);
        LongVector h0 = row(m, sum), h1 = row(m, sum + STEP), h2 = row(m, sum + 2 * STEP);
        LongVector h3 = row(m, sum + 3 * STEP), h4 = row(m, sum + 4 * STEP);
        for (int i = 0; i < blocks; i++) {
            long at = words + i * 2 * STEP;
            low = LongVector.fromMemorySegment(LANES, m, at, ORDER);
            high = LongVector.fromMemorySegment(LANES, m, at + STEP, ORDER);
            LongVector a0 = h0.add(low.and(LIMB)).and(LOW_32);
            LongVector a1 = h1.add(low.lanewise(LSHR, 26).and(LIMB)).and(LOW_32);
            LongVector middle = low.lanewise(LSHR, 52).or(high.lanewise(LSHL, 12));
            LongVector a2 = h2.add(middle.and(LIMB)).and(LOW_32);
            LongVector a3 = h3.add(high.lanewise(LSHR, 14).and(LIMB)).and(LOW_32);
            LongVector a4 = h4.add(high.lanewise(LSHR, 40).or(BIT_128)).and(LOW_32);

            h0 = a0.mul(r0).add(a1.mul(s4)).add(a2.mul(s3)).add(a3.mul(s2)).add(a4.mul(s1));
            h1 = a0.mul(r1).add(a1.mul(r0)).add(a2.mul(s4)).add(a3.mul(s3)).add(a4.mul(s2));
            h2 = a0.mul(r2).add(a1.mul(r1)).add(a2.mul(r0)).add(a3.mul(s4)).add(a4.mul(s3));
            h3 = a0.mul(r3).add(a1.mul(r2)).add(a2.mul(r1)).add(a3.mul(r0)).add(a4.mul(s4));
            h4 = a0.mul(r4).add(a1.mul(r3)).add(a2.mul(r2)).add(a3.mul(r1)).add(a4.mul(r0));

            // Carries in two chains at once. Afterwards h1 and h4 may be a little over 26 bits.
            h1 = h1.add(h0.lanewise(LSHR, 26));
            h4 = h4.add(h3.lanewise(LSHR, 26));
            LongVector over = h4.lanewise(LSHR, 26);
            h0 = h0.and(LIMB).add(over).add(over.lanewise(LSHL, 2));
            h2 = h2.add(h1.lanewise(LSHR, 26));
            h1 = h1.and(LIMB).add(h0.lanewise(LSHR, 26));
            h3 = h3.and(LIMB).add(h2.lanewise(LSHR, 26));
            h4 = h4.and(LIMB).add(h3.lanewise(LSHR, 26));
            h0 = h0.and(LIMB);
            h2 = h2.and(LIMB);
            h3 = h3.and(LIMB);
        }
        h0.intoMemorySegment(m, sum + 0 * STEP, ORDER);
        h1.intoMemorySegment(m, sum + 1 * STEP, ORDER);
        h2.intoMemorySegment(m, sum + 2 * STEP, ORDER);
        h3.intoMemorySegment(m, sum + 3 * STEP, ORDER);
        h4.intoMemorySegment(m, sum + 4 * STEP, ORDER);
    }

    /// Makes the tags: the sum modulo 2^130 - 5, plus `s`, modulo 2^128.
    ///
    /// @param key rows with both halves of `r`, then both of `s`
    /// @param tags where to write rows with their low and high halves
    static void finish(MemorySegment m, long sum, long key, long tags) {
        // In three steps, since a method that is too large is not inlined.
        carry(m, sum);
        reduce(m, sum);
        encode(m, sum, key, tags);
    }

    /// Reduces the limbs to 26 bits. If there is a carry at the top, the rest is so small that no
    /// second one follows.
    private static void carry(MemorySegment m, long sum) {
        LongVector h0 = LongVector.fromMemorySegment(LANES, m, sum + 0 * STEP, ORDER);
        LongVector h1 = LongVector.fromMemorySegment(LANES, m, sum + 1 * STEP, ORDER);
        LongVector h2 = LongVector.fromMemorySegment(LANES, m, sum + 2 * STEP, ORDER);
        LongVector h3 = LongVector.fromMemorySegment(LANES, m, sum + 3 * STEP, ORDER);
        LongVector h4 = LongVector.fromMemorySegment(LANES, m, sum + 4 * STEP, ORDER);
        h2 = h2.add(h1.lanewise(LSHR, 26));
        h3 = h3.add(h2.lanewise(LSHR, 26));
        h4 = h4.add(h3.lanewise(LSHR, 26));
        LongVector over = h4.lanewise(LSHR, 26);
        h0 = h0.add(over).add(over.lanewise(LSHL, 2));
        h1 = h1.and(LIMB).add(h0.lanewise(LSHR, 26));
        h2 = h2.and(LIMB).add(h1.lanewise(LSHR, 26));
        h3 = h3.and(LIMB).add(h2.lanewise(LSHR, 26));
        h4 = h4.and(LIMB).add(h3.lanewise(LSHR, 26));
        h0.and(LIMB).intoMemorySegment(m, sum, ORDER);
        h1.and(LIMB).intoMemorySegment(m, sum + STEP, ORDER);
        h2.and(LIMB).intoMemorySegment(m, sum + 2 * STEP, ORDER);
        h3.and(LIMB).intoMemorySegment(m, sum + 3 * STEP, ORDER);
        h4.intoMemorySegment(m, sum + 4 * STEP, ORDER);
    }

    /// Reduces from below 2^130 to below 2^130 - 5. The modulus is subtracted, and the difference
    /// taken unless it is negative; without a branch, which would reveal something about the sum.
    private static void reduce(MemorySegment m, long sum) {
        LongVector h0 = LongVector.fromMemorySegment(LANES, m, sum + 0 * STEP, ORDER);
        LongVector h1 = LongVector.fromMemorySegment(LANES, m, sum + 1 * STEP, ORDER);
        LongVector h2 = LongVector.fromMemorySegment(LANES, m, sum + 2 * STEP, ORDER);
        LongVector h3 = LongVector.fromMemorySegment(LANES, m, sum + 3 * STEP, ORDER);
        LongVector h4 = LongVector.fromMemorySegment(LANES, m, sum + 4 * STEP, ORDER);
        LongVector g0 = h0.add(5);
        LongVector g1 = h1.add(g0.lanewise(LSHR, 26));
        LongVector g2 = h2.add(g1.lanewise(LSHR, 26));
        LongVector g3 = h3.add(g2.lanewise(LSHR, 26));
        LongVector g4 = h4.add(g3.lanewise(LSHR, 26)).sub(1L << 26);
        LongVector negative = g4.lanewise(ASHR, 63); // all ones, or zero
        LongVector use = negative.not().and(LIMB);
        h0.and(negative).or(g0.and(use)).intoMemorySegment(m, sum, ORDER);
        h1.and(negative).or(g1.and(use)).intoMemorySegment(m, sum + STEP, ORDER);
        h2.and(negative).or(g2.and(use)).intoMemorySegment(m, sum + 2 * STEP, ORDER);
        h3.and(negative).or(g3.and(use)).intoMemorySegment(m, sum + 3 * STEP, ORDER);
        h4.and(negative).or(g4.and(use)).intoMemorySegment(m, sum + 4 * STEP, ORDER);
    }

    /// Joins the limbs, and adds `s`.
    private static void encode(MemorySegment m, long sum, long key, long tags) {
        LongVector h0 = LongVector.fromMemorySegment(LANES, m, sum + 0 * STEP, ORDER);
        LongVector h1 = LongVector.fromMemorySegment(LANES, m, sum + 1 * STEP, ORDER);
        LongVector h2 = LongVector.fromMemorySegment(LANES, m, sum + 2 * STEP, ORDER);
        LongVector h3 = LongVector.fromMemorySegment(LANES, m, sum + 3 * STEP, ORDER);
        LongVector h4 = LongVector.fromMemorySegment(LANES, m, sum + 4 * STEP, ORDER);
        LongVector sLow = LongVector.fromMemorySegment(LANES, m, key + 2 * STEP, ORDER);
        LongVector sHigh = LongVector.fromMemorySegment(LANES, m, key + 3 * STEP, ORDER);
        LongVector low = h0.or(h1.lanewise(LSHL, 26)).or(h2.lanewise(LSHL, 52));
        LongVector high = h2.lanewise(LSHR, 12).or(h3.lanewise(LSHL, 14)).or(h4.lanewise(LSHL, 40));
        LongVector total = low.add(sLow);
        // The carry out of the low half: set where both have the bit, or one has it and the sum has
        // not.
        LongVector lost = low.and(sLow).or(low.or(sLow).lanewise(AND_NOT, total));
        total.intoMemorySegment(m, tags, ORDER);
        high.add(sHigh).add(lost.lanewise(LSHR, 63)).intoMemorySegment(m, tags + STEP, ORDER);
    }

    private static LongVector row(MemorySegment m, long at) {
        return LongVector.fromMemorySegment(LANES, m, at, ORDER);
    }

    private Poly1305() {}

    private static final VectorSpecies<Long> LANES = Species512.LONG_LANES;
    private static final long STEP = Species512.BYTES;

    /// Masks a number that has 32 bits or fewer anyway, to show the compiler that it has: the
    /// product of two such is one instruction, that of any longs is three, and many times slower.
    private static final long LOW_32 = 0xffffffffL;

    private static final long LIMB = (1 << 26) - 1;
    private static final long BIT_128 = 1 << 24;

    // The bits of a key's halves that are kept (section 2.5).
    private static final long CLAMP_LOW = 0x0ffffffc0fffffffL;
    private static final long CLAMP_HIGH = 0x0ffffffc0ffffffcL;
}
