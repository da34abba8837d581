package dev.adit.vector;

import static dev.adit.vector.Scratch.AHEAD;
import static dev.adit.vector.Scratch.BLOCK;
import static dev.adit.vector.Scratch.STATE;
import static dev.adit.vector.Species512.ORDER;

import static jdk.incubator.vector.VectorOperators.ROL;
import static jdk.incubator.vector.VectorOperators.XOR;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The ChaCha20 block function (RFC 8439, section 2.3) in all lanes, on the memory of a [Scratch].
/// Immutable.
final class ChaCha20 {

    /// Sets the constants and the key, which are the same for all lanes, and the nonces: four zero
    /// bytes and a counter, as in WireGuard.
    ///
    /// @param key 32 bytes
    /// @param counters of the lanes
    /// @param width the number of lanes in which [#block] makes one block
    static void start(MemorySegment memory, MemorySegment key, long[] counters, int width) {
        for (int i = 0; i < 4; i++) broadcast(memory, i, CONSTANTS[i]);
        for (int i = 0; i < 8; i++) broadcast(memory, KEY + i, key.get(LE32, i * 4L));
        broadcast(memory, NONCE, 0);
        for (int lane = 0; lane < Species512.LANES; lane++) {
            long counter = counters[lane];
            memory.set(LE32, AHEAD + lane * 4L, lane / width);
            long at = STATE + lane * 4L;
            memory.set(LE32, at + (NONCE + 1) * STEP, (int) counter);
            memory.set(LE32, at + (NONCE + 2) * STEP, (int) (counter >>> 32));
        }
    }

    /// Makes block `number` of every packet's key stream, and as many of the next blocks as there
    /// are lanes for.
    static void block(MemorySegment memory, int number) {
        IntVector.broadcast(INTS, number)
                .add(IntVector.fromMemorySegment(INTS, memory, AHEAD, ORDER))
                .intoMemorySegment(memory, STATE + BLOCK_NUMBER * STEP, ORDER);
        rounds(memory);
        addInput(memory);
    }

    private static void broadcast(MemorySegment memory, int row, int word) {
        IntVector.broadcast(INTS, word).intoMemorySegment(memory, STATE + row * STEP, ORDER);
    }

    // Ten times the column rounds, then the diagonal rounds. The four quarter rounds of a round are
    // interleaved, since each step of one depends on the one before. The words are a, b, c and d of
    // the four columns; a line is "a += b; d ^= a; d <<<= 16" of section 2.1.
    private static void rounds(MemorySegment m) {
        IntVector a0 = word(m, 0), a1 = word(m, 1), a2 = word(m, 2), a3 = word(m, 3);
        IntVector b0 = word(m, 4), b1 = word(m, 5), b2 = word(m, 6), b3 = word(m, 7);
        IntVector c0 = word(m, 8), c1 = word(m, 9), c2 = word(m, 10), c3 = word(m, 11);
        IntVector d0 = word(m, 12), d1 = word(m, 13), d2 = word(m, 14), d3 = word(m, 15);
        for (int i = 0; i < 10; i++) {
            d0 = d0.lanewise(XOR, a0 = a0.add(b0)).lanewise(ROL, 16);
            d1 = d1.lanewise(XOR, a1 = a1.add(b1)).lanewise(ROL, 16);
            d2 = d2.lanewise(XOR, a2 = a2.add(b2)).lanewise(ROL, 16);
            d3 = d3.lanewise(XOR, a3 = a3.add(b3)).lanewise(ROL, 16);
            b0 = b0.lanewise(XOR, c0 = c0.add(d0)).lanewise(ROL, 12);
            b1 = b1.lanewise(XOR, c1 = c1.add(d1)).lanewise(ROL, 12);
            b2 = b2.lanewise(XOR, c2 = c2.add(d2)).lanewise(ROL, 12);
            b3 = b3.lanewise(XOR, c3 = c3.add(d3)).lanewise(ROL, 12);
            d0 = d0.lanewise(XOR, a0 = a0.add(b0)).lanewise(ROL, 8);
            d1 = d1.lanewise(XOR, a1 = a1.add(b1)).lanewise(ROL, 8);
            d2 = d2.lanewise(XOR, a2 = a2.add(b2)).lanewise(ROL, 8);
            d3 = d3.lanewise(XOR, a3 = a3.add(b3)).lanewise(ROL, 8);
            b0 = b0.lanewise(XOR, c0 = c0.add(d0)).lanewise(ROL, 7);
            b1 = b1.lanewise(XOR, c1 = c1.add(d1)).lanewise(ROL, 7);
            b2 = b2.lanewise(XOR, c2 = c2.add(d2)).lanewise(ROL, 7);
            b3 = b3.lanewise(XOR, c3 = c3.add(d3)).lanewise(ROL, 7);

            d3 = d3.lanewise(XOR, a0 = a0.add(b1)).lanewise(ROL, 16);
            d0 = d0.lanewise(XOR, a1 = a1.add(b2)).lanewise(ROL, 16);
            d1 = d1.lanewise(XOR, a2 = a2.add(b3)).lanewise(ROL, 16);
            d2 = d2.lanewise(XOR, a3 = a3.add(b0)).lanewise(ROL, 16);
            b1 = b1.lanewise(XOR, c2 = c2.add(d3)).lanewise(ROL, 12);
            b2 = b2.lanewise(XOR, c3 = c3.add(d0)).lanewise(ROL, 12);
            b3 = b3.lanewise(XOR, c0 = c0.add(d1)).lanewise(ROL, 12);
            b0 = b0.lanewise(XOR, c1 = c1.add(d2)).lanewise(ROL, 12);
            d3 = d3.lanewise(XOR, a0 = a0.add(b1)).lanewise(ROL, 8);
            d0 = d0.lanewise(XOR, a1 = a1.add(b2)).lanewise(ROL, 8);
            d1 = d1.lanewise(XOR, a2 = a2.add(b3)).lanewise(ROL, 8);
            d2 = d2.lanewise(XOR, a3 = a3.add(b0)).lanewise(ROL, 8);
            b1 = b1.lanewise(XOR, c2 = c2.add(d3)).lanewise(ROL, 7);
            b2 = b2.lanewise(XOR, c3 = c3.add(d0)).lanewise(ROL, 7);
            b3 = b3.lanewise(XOR, c0 = c0.add(d1)).lanewise(ROL, 7);
            b0 = b0.lanewise(XOR, c1 = c1.add(d2)).lanewise(ROL, 7);
        }
        a0.intoMemorySegment(m, BLOCK + 0 * STEP, ORDER);
        a1.intoMemorySegment(m, BLOCK + 1 * STEP, ORDER);
        a2.intoMemorySegment(m, BLOCK + 2 * STEP, ORDER);
        a3.intoMemorySegment(m, BLOCK + 3 * STEP, ORDER);
        b0.intoMemorySegment(m, BLOCK + 4 * STEP, ORDER);
        b1.intoMemorySegment(m, BLOCK + 5 * STEP, ORDER);
        b2.intoMemorySegment(m, BLOCK + 6 * STEP, ORDER);
        b3.intoMemorySegment(m, BLOCK + 7 * STEP, ORDER);
        c0.intoMemorySegment(m, BLOCK + 8 * STEP, ORDER);
        c1.intoMemorySegment(m, BLOCK + 9 * STEP, ORDER);
        c2.intoMemorySegment(m, BLOCK + 10 * STEP, ORDER);
        c3.intoMemorySegment(m, BLOCK + 11 * STEP, ORDER);
        d0.intoMemorySegment(m, BLOCK + 12 * STEP, ORDER);
        d1.intoMemorySegment(m, BLOCK + 13 * STEP, ORDER);
        d2.intoMemorySegment(m, BLOCK + 14 * STEP, ORDER);
        d3.intoMemorySegment(m, BLOCK + 15 * STEP, ORDER);
    }

    private static void addInput(MemorySegment m) {
        for (long at = 0; at < 16 * STEP; at += STEP) {
            IntVector.fromMemorySegment(INTS, m, BLOCK + at, ORDER)
                    .add(IntVector.fromMemorySegment(INTS, m, STATE + at, ORDER))
                    .intoMemorySegment(m, BLOCK + at, ORDER);
        }
    }

    private static IntVector word(MemorySegment memory, int index) {
        return IntVector.fromMemorySegment(INTS, memory, STATE + index * STEP, ORDER);
    }

    private ChaCha20() {}

    private static final VectorSpecies<Integer> INTS = Species512.INT_LANES;
    private static final long STEP = Species512.BYTES;

    private static final ValueLayout.OfInt LE32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(Species512.ORDER);

    /// "expand 32-byte k"
    private static final int[] CONSTANTS = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};

    // Rows of the state.
    private static final int KEY = 4;
    private static final int BLOCK_NUMBER = 12;
    private static final int NONCE = 13;
}
