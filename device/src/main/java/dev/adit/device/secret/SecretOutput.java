package dev.adit.device.secret;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// Takes text that may hold secrets, from memory outside the heap.
public interface SecretOutput {
    /// Writes the first `length` bytes of `text`, which are erased afterwards.
    void write(MemorySegment text, int length) throws IOException;
}
