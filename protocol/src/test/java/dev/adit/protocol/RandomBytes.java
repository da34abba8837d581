package dev.adit.protocol;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/// Random inputs of differential tests, in which the lengths and values at which implementations go
/// wrong are frequent.
public final class RandomBytes {

    /// `length` bytes, in one case of sixteen all alike.
    public static byte[] of(RandomGenerator random, int length) {
        byte[] bytes = new byte[length];
        switch (random.nextInt(32)) {
            case 0 -> {}
            case 1 -> Arrays.fill(bytes, (byte) 0xff);
            default -> random.nextBytes(bytes);
        }
        return bytes;
    }

    /// A length around the blocks of ciphers and hashes, of a packet, or of 16 KiB.
    public static int length(RandomGenerator random) {
        int kind = random.nextInt(64);
        if (kind == 0) return 16 * 1024;
        return kind < 12 ? random.nextInt(1_500) : EDGES[random.nextInt(EDGES.length)];
    }

    /// A length up to `max`, which edges are as frequent in.
    public static int length(RandomGenerator random, int max) {
        int length = length(random);
        return length <= max ? length : random.nextInt(max + 1);
    }

    /// A segment with `bytes`, on the heap or outside it.
    public static MemorySegment segment(RandomGenerator random, byte[] bytes) {
        MemorySegment heap = MemorySegment.ofArray(bytes.clone());
        if (random.nextBoolean()) return heap;
        int offset = random.nextInt(9); // not always aligned
        MemorySegment outside = Arena.ofAuto().allocate(bytes.length + offset).asSlice(offset);
        return outside.copyFrom(heap);
    }

    private static final int[] EDGES = {
        0, 1, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 191, 192, 193, 255, 256, 257
    };

    private RandomBytes() {}
}
