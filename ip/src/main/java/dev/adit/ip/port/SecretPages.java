package dev.adit.ip.port;

import java.lang.foreign.MemorySegment;

/// A supplier of memory for secrets: pages outside the heap that the system keeps out of its swap
/// and out of dumps, as far as it lets us.
///
/// Found with [java.util.ServiceLoader]; without one, secrets lie in ordinary memory outside the
/// heap. Thread-safe.
public interface SecretPages {
    /// `bytes` bytes of zeros, aligned to 64, which are there as long as the program runs. A
    /// protection that is refused is the supplier's to report, and no failure.
    MemorySegment allocate(long bytes);
}
