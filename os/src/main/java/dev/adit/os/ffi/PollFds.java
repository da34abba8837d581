package dev.adit.os.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/// An array of `struct pollfd`. Confined to one thread at a time.
public final class PollFds {
    private final MemorySegment memory;
    private final int count;

    /// An array of `count` entries, to be [set][#set].
    public PollFds(Arena arena, int count) {
        memory = arena.allocate((long) count * BYTES, Integer.BYTES);
        this.count = count;
    }

    /// Makes entry `i` wait for `events` of `fd`; errors are always waited for.
    public void set(int i, int fd, int events) {
        memory.set(JAVA_INT, at(i) + FD, fd);
        memory.set(JAVA_SHORT, at(i) + EVENTS, (short) events);
    }

    /// Waits for an event, a signal, or until `timeout` milliseconds have passed; a negative
    /// timeout means none. True when there is an event.
    public boolean await(int timeout) {
        for (int i = 0; i < count; i++) memory.set(JAVA_SHORT, at(i) + REVENTS, (short) 0);
        int ready = Libc.current().poll(memory.address(), count, timeout);
        Reference.reachabilityFence(memory);
        return ready > 0;
    }

    /// The events that [#await] found for entry `i`.
    public int events(int i) {
        return memory.get(JAVA_SHORT, at(i) + REVENTS);
    }

    private static long at(int i) {
        return (long) i * BYTES;
    }

    /// There are data to read.
    public static final int POLLIN = 1;

    /// Writing would not block.
    public static final int POLLOUT = 4;

    static final int FD = 0;
    static final int EVENTS = 4;
    static final int REVENTS = 6;
    static final int BYTES = 8;
}
