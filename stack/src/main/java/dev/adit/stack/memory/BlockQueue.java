package dev.adit.stack.memory;

import java.lang.foreign.MemorySegment;

/// Part of a stream of bytes, in blocks: bytes are written at any position ahead and released from
/// the beginning. It has no memory while it holds nothing. Guarded by its owner.
///
/// A position is the number of bytes before it in the stream.
public final class BlockQueue {
    private final BlockPool pool;
    private int[] ring = NO_BLOCKS; // blocks by number of the part of the stream, 0 for none
    private long first; // number of the first part that may have a block
    private long last; // one behind the last that may
    private int held;

    public BlockQueue(BlockPool pool) {
        this.pool = pool;
    }

    /// Writes bytes for position `to` on, which must not be released.
    ///
    /// @return how many; fewer when the pool has no block
    public int write(long to, MemorySegment from, long at, int bytes) {
        int done = 0;
        while (done < bytes) {
            long position = to + done;
            int block = blockFor(position >> BlockPool.BLOCK_SHIFT);
            if (block == 0) break;
            int inside = (int) position & MASK;
            int n = Math.min(bytes - done, BlockPool.BLOCK - inside);
            MemorySegment.copy(from, at + done, pool.slab(block), pool.offset(block) + inside, n);
            done += n;
        }
        return done;
    }

    /// Copies bytes that were written.
    public void read(long position, MemorySegment to, long at, int bytes) {
        int done = 0;
        while (done < bytes) {
            long from = position + done;
            int block = ring[(int) (from >> BlockPool.BLOCK_SHIFT) & ring.length - 1];
            int inside = (int) from & MASK;
            int n = Math.min(bytes - done, BlockPool.BLOCK - inside);
            MemorySegment.copy(pool.slab(block), pool.offset(block) + inside, to, at + done, n);
            done += n;
        }
    }

    /// Frees what lies before `position`, up to which all is done with.
    ///
    /// @param end where the stream ends now; when nothing is left before it, all blocks go
    public void release(long position, long end) {
        if (position >= end) {
            dropAll();
            return;
        }
        long keep = position >> BlockPool.BLOCK_SHIFT;
        for (; first < Math.min(keep, last); first++) drop(first);
    }

    /// Frees what lies at or after `position`.
    public void releaseFrom(long position) {
        long keep = position + MASK >> BlockPool.BLOCK_SHIFT;
        for (; last > Math.max(keep, first); last--) drop(last - 1);
        if (held == 0) dropAll();
    }

    /// Frees all. Writing may begin anew at any position.
    public void clear() {
        dropAll();
        ring = NO_BLOCKS;
    }

    private void dropAll() {
        for (; first < last; first++) drop(first);
        first = last = 0;
    }

    private void drop(long part) {
        int slot = (int) part & ring.length - 1;
        if (ring[slot] == 0) return;
        pool.free(ring[slot]);
        ring[slot] = 0;
        held--;
    }

    /// Bytes of memory in use.
    public int memory() {
        return held * BlockPool.BLOCK;
    }

    private int blockFor(long part) {
        if (held == 0) first = last = part;
        long from = Math.min(first, part), to = Math.max(last, part + 1);
        if (to - from > ring.length) grow(to - from);
        int slot = (int) part & ring.length - 1;
        if (ring[slot] != 0 && part >= first && part < last) return ring[slot];
        int block = pool.allocate(held == 0);
        if (block == 0) return 0;
        first = from;
        last = to;
        ring[slot] = block;
        held++;
        return block;
    }

    private void grow(long parts) {
        int size = Math.max(SMALL, (int) Long.highestOneBit(2 * parts - 1));
        int[] bigger = new int[size];
        for (long part = first; part < last; part++) {
            bigger[(int) part & size - 1] = ring[(int) part & ring.length - 1];
        }
        ring = bigger;
    }

    private static final int[] NO_BLOCKS = {};
    private static final int SMALL = 16;
    private static final int MASK = BlockPool.BLOCK - 1;
}
