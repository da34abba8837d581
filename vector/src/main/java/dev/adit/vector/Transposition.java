package dev.adit.vector;

import static dev.adit.vector.Species512.ORDER;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

import java.lang.foreign.MemorySegment;

/// Transposes rows with a word of each packet into rows with the words of one packet, and back.
/// Immutable.
///
/// A square of `n` rows is transposed by exchanging its upper right and its lower left quarter, and
/// then doing the same in each quarter: pairs of rows at a distance of `n / 2` exchange halves,
/// then those at half that distance quarters, and so on.
final class Transposition {

    /// Transposes the 16 rows of 32-bit words at `from` into 16 rows at `to`.
    static void ints16(MemorySegment m, long from, long to) {
        IntVector a0 = row(m, from, 0), a1 = row(m, from, 1);
        IntVector a2 = row(m, from, 2), a3 = row(m, from, 3);
        IntVector a4 = row(m, from, 4), a5 = row(m, from, 5);
        IntVector a6 = row(m, from, 6), a7 = row(m, from, 7);
        IntVector a8 = row(m, from, 8), a9 = row(m, from, 9);
        IntVector a10 = row(m, from, 10), a11 = row(m, from, 11);
        IntVector a12 = row(m, from, 12), a13 = row(m, from, 13);
        IntVector a14 = row(m, from, 14), a15 = row(m, from, 15);

        IntVector b0 = LEFT_8.selectFrom(a0, a8), b8 = RIGHT_8.selectFrom(a0, a8);
        IntVector b1 = LEFT_8.selectFrom(a1, a9), b9 = RIGHT_8.selectFrom(a1, a9);
        IntVector b2 = LEFT_8.selectFrom(a2, a10), b10 = RIGHT_8.selectFrom(a2, a10);
        IntVector b3 = LEFT_8.selectFrom(a3, a11), b11 = RIGHT_8.selectFrom(a3, a11);
        IntVector b4 = LEFT_8.selectFrom(a4, a12), b12 = RIGHT_8.selectFrom(a4, a12);
        IntVector b5 = LEFT_8.selectFrom(a5, a13), b13 = RIGHT_8.selectFrom(a5, a13);
        IntVector b6 = LEFT_8.selectFrom(a6, a14), b14 = RIGHT_8.selectFrom(a6, a14);
        IntVector b7 = LEFT_8.selectFrom(a7, a15), b15 = RIGHT_8.selectFrom(a7, a15);

        IntVector c0 = LEFT_4.selectFrom(b0, b4), c4 = RIGHT_4.selectFrom(b0, b4);
        IntVector c1 = LEFT_4.selectFrom(b1, b5), c5 = RIGHT_4.selectFrom(b1, b5);
        IntVector c2 = LEFT_4.selectFrom(b2, b6), c6 = RIGHT_4.selectFrom(b2, b6);
        IntVector c3 = LEFT_4.selectFrom(b3, b7), c7 = RIGHT_4.selectFrom(b3, b7);
        IntVector c8 = LEFT_4.selectFrom(b8, b12), c12 = RIGHT_4.selectFrom(b8, b12);
        IntVector c9 = LEFT_4.selectFrom(b9, b13), c13 = RIGHT_4.selectFrom(b9, b13);
        IntVector c10 = LEFT_4.selectFrom(b10, b14), c14 = RIGHT_4.selectFrom(b10, b14);
        IntVector c11 = LEFT_4.selectFrom(b11, b15), c15 = RIGHT_4.selectFrom(b11, b15);

        IntVector d0 = LEFT_2.selectFrom(c0, c2), d2 = RIGHT_2.selectFrom(c0, c2);
        IntVector d1 = LEFT_2.selectFrom(c1, c3), d3 = RIGHT_2.selectFrom(c1, c3);
        IntVector d4 = LEFT_2.selectFrom(c4, c6), d6 = RIGHT_2.selectFrom(c4, c6);
        IntVector d5 = LEFT_2.selectFrom(c5, c7), d7 = RIGHT_2.selectFrom(c5, c7);
        IntVector d8 = LEFT_2.selectFrom(c8, c10), d10 = RIGHT_2.selectFrom(c8, c10);
        IntVector d9 = LEFT_2.selectFrom(c9, c11), d11 = RIGHT_2.selectFrom(c9, c11);
        IntVector d12 = LEFT_2.selectFrom(c12, c14), d14 = RIGHT_2.selectFrom(c12, c14);
        IntVector d13 = LEFT_2.selectFrom(c13, c15), d15 = RIGHT_2.selectFrom(c13, c15);

        LEFT_1.selectFrom(d0, d1).intoMemorySegment(m, to + 0 * STEP, ORDER);
        RIGHT_1.selectFrom(d0, d1).intoMemorySegment(m, to + 1 * STEP, ORDER);
        LEFT_1.selectFrom(d2, d3).intoMemorySegment(m, to + 2 * STEP, ORDER);
        RIGHT_1.selectFrom(d2, d3).intoMemorySegment(m, to + 3 * STEP, ORDER);
        LEFT_1.selectFrom(d4, d5).intoMemorySegment(m, to + 4 * STEP, ORDER);
        RIGHT_1.selectFrom(d4, d5).intoMemorySegment(m, to + 5 * STEP, ORDER);
        LEFT_1.selectFrom(d6, d7).intoMemorySegment(m, to + 6 * STEP, ORDER);
        RIGHT_1.selectFrom(d6, d7).intoMemorySegment(m, to + 7 * STEP, ORDER);
        LEFT_1.selectFrom(d8, d9).intoMemorySegment(m, to + 8 * STEP, ORDER);
        RIGHT_1.selectFrom(d8, d9).intoMemorySegment(m, to + 9 * STEP, ORDER);
        LEFT_1.selectFrom(d10, d11).intoMemorySegment(m, to + 10 * STEP, ORDER);
        RIGHT_1.selectFrom(d10, d11).intoMemorySegment(m, to + 11 * STEP, ORDER);
        LEFT_1.selectFrom(d12, d13).intoMemorySegment(m, to + 12 * STEP, ORDER);
        RIGHT_1.selectFrom(d12, d13).intoMemorySegment(m, to + 13 * STEP, ORDER);
        LEFT_1.selectFrom(d14, d15).intoMemorySegment(m, to + 14 * STEP, ORDER);
        RIGHT_1.selectFrom(d14, d15).intoMemorySegment(m, to + 15 * STEP, ORDER);
    }

    private static IntVector row(MemorySegment m, long from, int index) {
        return IntVector.fromMemorySegment(INTS, m, from + index * STEP, ORDER);
    }

    /// Transposes 64-byte chunks of eight packets into eight rows for each chunk, where row `i` has
    /// the 64-bit word `i` of the packets.
    ///
    /// @param offsets of the packets in `in`, from index `first` on
    /// @param at offset of the first chunk in each packet
    static void longs8(
            MemorySegment in,
            long[] offsets,
            int first,
            long at,
            int chunks,
            MemorySegment out,
            long to) {
        long p0 = offsets[first] + at, p1 = offsets[first + 1] + at;
        long p2 = offsets[first + 2] + at, p3 = offsets[first + 3] + at;
        long p4 = offsets[first + 4] + at, p5 = offsets[first + 5] + at;
        long p6 = offsets[first + 6] + at, p7 = offsets[first + 7] + at;
        for (int i = 0; i < chunks; i++) {
            long chunk = i * STEP, row = to + i * 8 * STEP;
            LongVector a0 = row(in, p0 + chunk), a1 = row(in, p1 + chunk);
            LongVector a2 = row(in, p2 + chunk), a3 = row(in, p3 + chunk);
            LongVector a4 = row(in, p4 + chunk), a5 = row(in, p5 + chunk);
            LongVector a6 = row(in, p6 + chunk), a7 = row(in, p7 + chunk);

            LongVector b0 = WIDE_4.selectFrom(a0, a4), b4 = REST_4.selectFrom(a0, a4);
            LongVector b1 = WIDE_4.selectFrom(a1, a5), b5 = REST_4.selectFrom(a1, a5);
            LongVector b2 = WIDE_4.selectFrom(a2, a6), b6 = REST_4.selectFrom(a2, a6);
            LongVector b3 = WIDE_4.selectFrom(a3, a7), b7 = REST_4.selectFrom(a3, a7);

            LongVector c0 = WIDE_2.selectFrom(b0, b2), c2 = REST_2.selectFrom(b0, b2);
            LongVector c1 = WIDE_2.selectFrom(b1, b3), c3 = REST_2.selectFrom(b1, b3);
            LongVector c4 = WIDE_2.selectFrom(b4, b6), c6 = REST_2.selectFrom(b4, b6);
            LongVector c5 = WIDE_2.selectFrom(b5, b7), c7 = REST_2.selectFrom(b5, b7);

            WIDE_1.selectFrom(c0, c1).intoMemorySegment(out, row, ORDER);
            REST_1.selectFrom(c0, c1).intoMemorySegment(out, row + STEP, ORDER);
            WIDE_1.selectFrom(c2, c3).intoMemorySegment(out, row + 2 * STEP, ORDER);
            REST_1.selectFrom(c2, c3).intoMemorySegment(out, row + 3 * STEP, ORDER);
            WIDE_1.selectFrom(c4, c5).intoMemorySegment(out, row + 4 * STEP, ORDER);
            REST_1.selectFrom(c4, c5).intoMemorySegment(out, row + 5 * STEP, ORDER);
            WIDE_1.selectFrom(c6, c7).intoMemorySegment(out, row + 6 * STEP, ORDER);
            REST_1.selectFrom(c6, c7).intoMemorySegment(out, row + 7 * STEP, ORDER);
        }
    }

    private static LongVector row(MemorySegment m, long at) {
        return LongVector.fromMemorySegment(LONGS, m, at, ORDER);
    }

    private Transposition() {}

    private static final VectorSpecies<Integer> INTS = Species512.INT_LANES;
    private static final VectorSpecies<Long> LONGS = Species512.LONG_LANES;
    private static final long STEP = Species512.BYTES;

    // The new upper row of a pair, and the new lower row: lanes of the old upper row, and from the
    // width of a row on those of the lower.
    private static final IntVector LEFT_8 = intLanes(8, 0), RIGHT_8 = intLanes(8, 8);
    private static final IntVector LEFT_4 = intLanes(4, 0), RIGHT_4 = intLanes(4, 4);
    private static final IntVector LEFT_2 = intLanes(2, 0), RIGHT_2 = intLanes(2, 2);
    private static final IntVector LEFT_1 = intLanes(1, 0), RIGHT_1 = intLanes(1, 1);
    private static final LongVector WIDE_4 = longLanes(4, 0), REST_4 = longLanes(4, 4);
    private static final LongVector WIDE_2 = longLanes(2, 0), REST_2 = longLanes(2, 2);
    private static final LongVector WIDE_1 = longLanes(1, 0), REST_1 = longLanes(1, 1);

    private static IntVector intLanes(int distance, int shift) {
        int[] lanes = new int[16];
        for (int i = 0; i < 16; i++) lanes[i] = source(i, distance, shift, 16);
        return IntVector.fromArray(INTS, lanes, 0);
    }

    private static LongVector longLanes(int distance, int shift) {
        long[] lanes = new long[8];
        for (int i = 0; i < 8; i++) lanes[i] = source(i, distance, shift, 8);
        return LongVector.fromArray(LONGS, lanes, 0);
    }

    private static int source(int lane, int distance, int shift, int width) {
        boolean fromLower = (lane & distance) != 0;
        return (lane & ~distance) + shift + (fromLower ? width : 0);
    }
}
