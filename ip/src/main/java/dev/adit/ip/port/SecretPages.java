package dev.adit.ip.port;

import java.lang.foreign.MemorySegment;

/// Allocates memory for secrets: pages outside the heap that the system, as far as it allows, keeps
/// out of swap and dumps.
///
/// Found with [java.util.ServiceLoader]; without one, secrets lie in ordinary memory outside the
/// heap. Thread-safe.
public interface SecretPages {
    /// Allocates `bytes` zeroed bytes, aligned to 64, for as long as the program runs. The supplier
    /// reports a protection that the system refuses; it is no failure.
    MemorySegment allocate(long bytes);
}
