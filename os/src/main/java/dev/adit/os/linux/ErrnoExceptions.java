package dev.adit.os.linux;

import dev.adit.ip.port.ErrnoException;
import dev.adit.os.ffi.Errno;
import dev.adit.os.ffi.Libc;

/// Creates exceptions from error numbers: the C function, the symbol, the system's message, on one
/// line. Stateless.
final class ErrnoExceptions {
    /// The exception for a C function that has just failed in this thread.
    static ErrnoException last(String function) {
        return of(function, Libc.current().errno());
    }

    /// The exception for a C function that failed with `errno`.
    static ErrnoException of(String function, int errno) {
        return new ErrnoException(function, errno, Errno.text(errno));
    }

    /// The same with advice or a reason at the end of the sentence.
    static ErrnoException of(String function, int errno, String advice) {
        return new ErrnoException(function, errno, Errno.text(errno) + "; " + advice);
    }

    private ErrnoExceptions() {}
}
