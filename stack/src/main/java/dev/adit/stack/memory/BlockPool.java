package dev.adit.stack.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Blocks of 4 KiB of native memory under one budget, carved from slabs of 1 MiB that are allocated
/// when they are first needed.
///
/// Thread-safe; a leaf in the order of locks.
public final class BlockPool implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final MemorySegment[] slabs;
    private final int budget; // blocks
    private final int hardLimit; // blocks, with what is kept for queues that have nothing
    private int slabCount; // guarded by this, as are the following
    private int[] free = new int[BLOCKS_IN_SLAB];
    private int freeCount;
    private volatile int used;
    private boolean closed;

    /// A pool of at most `bytes`, and an eighth more for the first block of a queue, so that no
    /// queue starves while others hold all.
    public BlockPool(long bytes) {
        budget = Math.clamp(bytes / BLOCK, 16, 1 << 24);
        hardLimit = budget + Math.max(16, budget / 8);
        slabs = new MemorySegment[Math.ceilDiv(hardLimit, BLOCKS_IN_SLAB)];
    }

    /// Takes a block.
    ///
    /// @param first true for the first block of a queue, which may exceed the budget a little
    /// @return its number, at least 1; 0 when there is none
    synchronized int allocate(boolean first) {
        if (used >= (first ? hardLimit : budget) || closed) return 0;
        if (freeCount == 0) addSlab();
        used++;
        return free[--freeCount];
    }

    private void addSlab() {
        slabs[slabCount] = arena.allocate(SLAB, BLOCK);
        if (free.length < BLOCKS_IN_SLAB) free = Arrays.copyOf(free, BLOCKS_IN_SLAB);
        int before = slabCount * BLOCKS_IN_SLAB;
        for (int i = BLOCKS_IN_SLAB; i > 0; i--) free[freeCount++] = before + i;
        slabCount++;
    }

    /// Gives a block back.
    synchronized void free(int block) {
        if (freeCount == free.length) free = Arrays.copyOf(free, 2 * free.length);
        free[freeCount++] = block;
        used--;
    }

    /// The memory that `block` lies in.
    MemorySegment slab(int block) {
        return slabs[block - 1 >> SLAB_SHIFT];
    }

    /// Where `block` starts in [#slab].
    long offset(int block) {
        return (long) (block - 1 & BLOCKS_IN_SLAB - 1) << BLOCK_SHIFT;
    }

    /// Bytes in use.
    public long used() {
        return (long) used * BLOCK;
    }

    /// Bytes of the budget.
    public long budget() {
        return (long) budget * BLOCK;
    }

    /// Half of the budget is used: windows stop growing.
    public boolean isTight() {
        return used >= budget / 2;
    }

    /// Three quarters are used: what is out of order is given up.
    public boolean isScarce() {
        return used >= budget / 4 * 3;
    }

    /// All is used.
    public boolean isFull() {
        return used >= budget;
    }

    /// Gives no further blocks out.
    public synchronized void stop() {
        closed = true;
    }

    /// Frees all memory. Nothing may use a block any more.
    @Override
    public void close() {
        stop();
        arena.close();
    }

    /// Bytes in a block.
    public static final int BLOCK = 4096;

    static final int BLOCK_SHIFT = 12;
    private static final int SLAB_SHIFT = 8;
    private static final int BLOCKS_IN_SLAB = 1 << SLAB_SHIFT;
    private static final long SLAB = (long) BLOCKS_IN_SLAB * BLOCK;
}
