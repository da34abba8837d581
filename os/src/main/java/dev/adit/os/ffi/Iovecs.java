package dev.adit.os.ffi;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// An array of `struct iovec`, as writev(2) takes it. Confined to one thread at a time.
public final class Iovecs {
    private final MemorySegment memory;

    /// An array of `count` empty buffers.
    public Iovecs(Arena arena, int count) {
        memory = arena.allocate((long) count * BYTES, Long.BYTES);
    }

    /// The array's address in memory.
    public long address() {
        return memory.address();
    }

    /// Sets the address and the length of buffer `i`.
    public void set(int i, long address, long bytes) {
        long at = (long) i * BYTES;
        memory.set(JAVA_LONG, at, address);
        memory.set(JAVA_LONG, at + LENGTH, bytes);
    }

    static final int LENGTH = 8;
    static final int BYTES = 16;
}
