package dev.adit.os.linux;

import dev.adit.ip.port.SecretPages;
import dev.adit.os.ffi.Errno;
import dev.adit.os.ffi.Libc;

import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/// Allocates pages that Linux neither swaps, nor dumps, nor passes to a child process. Thread-safe.
///
/// Locking counts against `RLIMIT_MEMLOCK` unless the program has CAP_IPC_LOCK. A protection that
/// is refused is reported once, and then not used.
public final class LinuxSecretPages implements SecretPages {
    private final AtomicBoolean told = new AtomicBoolean();

    /// @throws IllegalStateException on another system than Linux
    public LinuxSecretPages() {
        Platform.requireLinux();
    }

    @Override
    public MemorySegment allocate(long bytes) {
        Libc libc = Libc.current();
        MemorySegment pages = libc.mmapAnonymous(bytes);
        if (pages == null) throw new OutOfMemoryError("mmap: " + Errno.text(libc.errno()));
        long at = pages.address();
        check(libc, libc.madvise(at, bytes, Libc.MADV_DONTDUMP), "kept out of core dumps");
        check(libc, libc.madvise(at, bytes, Libc.MADV_WIPEONFORK), "kept from child processes");
        check(libc, libc.mlock(at, bytes), "kept out of swap (raise the limit of locked memory)");
        return pages;
    }

    private void check(Libc libc, int result, String what) {
        if (result == 0 || told.getAndSet(true)) return;
        String why = Errno.text(libc.errno());
        LOG.log(Level.DEBUG, "Secrets are not " + what + ": " + why);
    }

    private static final System.Logger LOG = System.getLogger("adit.secrets");
}
