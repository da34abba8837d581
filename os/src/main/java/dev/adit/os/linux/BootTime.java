package dev.adit.os.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.adit.ip.port.TimeSource;
import dev.adit.os.ffi.Libc;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A clock of the time since boot that also counts the time the machine sleeps, unlike
/// `System.nanoTime`, with which keys from before a sleep would seem young afterwards. Thread-safe.
public final class BootTime implements TimeSource {
    private static final ThreadLocal<MemorySegment> TIMESPEC =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(JAVA_LONG, 2));

    private final boolean known;

    /// @throws IllegalStateException on another system than Linux
    public BootTime() {
        Platform.requireLinux();
        known = read(TIMESPEC.get());
    }

    @Override
    public long nanoTime() {
        MemorySegment time = TIMESPEC.get();
        if (!known || !read(time)) return System.nanoTime();
        return time.getAtIndex(JAVA_LONG, 0) * SECOND + time.getAtIndex(JAVA_LONG, 1);
    }

    private static boolean read(MemorySegment time) {
        return Libc.current().clock_gettime(Libc.CLOCK_BOOTTIME, time.address()) == 0;
    }

    private static final long SECOND = 1_000_000_000L; // nanoseconds
}
