package dev.adit.os.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.adit.ip.port.ErrnoException;
import dev.adit.os.ffi.Libc;

import java.lang.foreign.Arena;

/// An eventfd that every blocked poll waits for; once signalled it stays readable until it is
/// reset. Thread-safe, except for [#close].
final class Wakeup {
    private final int fd;

    Wakeup() throws ErrnoException {
        fd = Libc.current().eventfd(0, Libc.NONBLOCK | Libc.CLOEXEC);
        if (fd < 0) throw ErrnoExceptions.last("eventfd");
    }

    int fd() {
        return fd;
    }

    void signal() {
        try (Arena arena = Arena.ofConfined()) {
            long one = arena.allocateFrom(JAVA_LONG, 1).address();
            Libc.current().write(fd, one, Long.BYTES);
        }
    }

    /// Clears all signals.
    void reset() {
        try (Arena arena = Arena.ofConfined()) {
            Libc.current().read(fd, arena.allocate(JAVA_LONG).address(), Long.BYTES);
        }
    }

    /// Releases the descriptor. No thread may poll it any more.
    void close() {
        Libc.current().close(fd);
    }
}
