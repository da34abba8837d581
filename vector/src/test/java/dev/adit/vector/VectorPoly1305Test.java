package dev.adit.vector;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/// Poly1305 where numbers are about to overflow, which no random packet brings about, compared with
/// plain arithmetic.
class VectorPoly1305Test {
    private final MemorySegment memory = AeadCases.worker().scratch.memory;
    private final SplittableRandom random = new SplittableRandom(1);

    @Test
    void makesTheTagOfEverySumThatMayBeLeft() {
        for (int round = 0; round < 5_000; round++) {
            BigInteger[] sums = new BigInteger[LANES];
            for (int lane = 0; lane < LANES; lane++) {
                sums[lane] = BigInteger.ZERO;
                for (int limb = 4; limb >= 0; limb--) {
                    // Only these two may be over 26 bits.
                    long value = limb == 1 || limb == 4 ? pick(LONG_LIMBS) : pick(LIMBS);
                    set(Scratch.SUM, limb, lane, value);
                    sums[lane] = sums[lane].shiftLeft(26).add(BigInteger.valueOf(value));
                }
                for (int row = 0; row < 4; row++) set(Scratch.KEYS, row, lane, pick(HALVES));
            }
            Poly1305.finish(memory, Scratch.SUM, Scratch.KEYS, Scratch.TAGS);
            for (int lane = 0; lane < LANES; lane++) {
                assertThat(number(Scratch.TAGS, 0, lane)).isEqualTo(tag(sums[lane], lane));
            }
        }
    }

    @Test
    void makesTheTagsOfExtremeMessages() {
        for (int round = 0; round < 5_000; round++) {
            int blocks = random.nextInt(8);
            for (int lane = 0; lane < LANES; lane++) {
                for (int limb = 0; limb < 5; limb++) set(Scratch.SUM, limb, lane, 0);
                for (int row = 0; row < 4; row++) set(Scratch.KEYS, row, lane, pick(HALVES));
                for (int row = 0; row < 2 * blocks; row++) {
                    set(Scratch.WORDS, row, lane, pick(HALVES));
                }
            }
            Poly1305.absorb(memory, Scratch.SUM, Scratch.KEYS, Scratch.WORDS, blocks);
            Poly1305.finish(memory, Scratch.SUM, Scratch.KEYS, Scratch.TAGS);
            for (int lane = 0; lane < LANES; lane++) {
                BigInteger sum = BigInteger.ZERO;
                for (int i = 0; i < blocks; i++) {
                    BigInteger block = number(Scratch.WORDS, 2 * i, lane).setBit(128);
                    sum = sum.add(block).multiply(number(Scratch.KEYS, 0, lane).and(CLAMP)).mod(P);
                }
                assertThat(number(Scratch.TAGS, 0, lane)).isEqualTo(tag(sum, lane));
            }
        }
    }

    private BigInteger tag(BigInteger sum, int lane) {
        return sum.mod(P).add(number(Scratch.KEYS, 2, lane)).mod(TWO_TO_128);
    }

    private long pick(long[] values) {
        int i = random.nextInt(values.length + 1);
        if (i < values.length) return values[i];
        return values == HALVES ? random.nextLong() : random.nextLong(1 << 26);
    }

    private void set(long at, int row, int lane, long value) {
        memory.set(LE64, at + row * (long) Species512.BYTES + lane * 8L, value);
    }

    /// The 128 bits of a lane in `row` and the next.
    private BigInteger number(long at, int row, int lane) {
        long place = at + row * (long) Species512.BYTES + lane * 8L;
        return unsigned(memory.get(LE64, place + Species512.BYTES))
                .shiftLeft(64)
                .or(unsigned(memory.get(LE64, place)));
    }

    private static BigInteger unsigned(long value) {
        return new BigInteger(Long.toUnsignedString(value));
    }

    private static final int LANES = 8;
    private static final long TOP = (1 << 26) - 1;
    private static final long[] LIMBS = {0, 1, 4, 5, TOP - 5, TOP - 4, TOP - 1, TOP};
    private static final long[] LONG_LIMBS = {0, 4, TOP - 4, TOP - 1, TOP, TOP + 1, TOP + 90};
    private static final long[] HALVES = {
        0, 1, 2, 4, -1, -2, -5, -6, 1L << 63, 0x0ffffffc0ffffffcL
    };

    private static final BigInteger TWO_TO_128 = BigInteger.ONE.shiftLeft(128);
    private static final BigInteger P =
            BigInteger.ONE.shiftLeft(130).subtract(BigInteger.valueOf(5));
    private static final BigInteger CLAMP = new BigInteger("0ffffffc0ffffffc0ffffffc0fffffff", 16);

    private static final ValueLayout.OfLong LE64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
}
