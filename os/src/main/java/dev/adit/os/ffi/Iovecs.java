package dev.adit.os.ffi;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// An array of `struct iovec`, as writev(2) takes it. Confined to one thread at a time.
public final class Iovecs {
    private final MemorySegment memory;

    /// `count` buffers of nothing.
    public Iovecs(Arena arena, int count) {
        memory = arena.allocate((long) count * BYTES, Long.BYTES);
    }

    /// Where the array starts in memory.
    public long address() {
        return memory.address();
    }

    /// Where buffer `i` is, and how long.
    public void set(int i, long address, long bytes) {
        long at = (long) i * BYTES;
        memory.set(JAVA_LONG, at, address);
        memory.set(JAVA_LONG, at + LENGTH, bytes);
    }

    static final int LENGTH = 8;
    static final int BYTES = 16;
}
