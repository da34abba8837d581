package dev.adit.protocol.cookie;

import dev.adit.protocol.crypto.Blake2s;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Scratch memory for one thread's MACs and cookies, so that none is allocated per message.
/// Confined to that thread; secrets in it are erased after each use.
public final class MacScratch {
    final MemorySegment state = Arena.ofAuto().allocate(Blake2s.STATE, Long.BYTES);
    final MemorySegment mac = MemorySegment.ofArray(new byte[MacKeys.LENGTH]);
    final MemorySegment cookie = Arena.ofAuto().allocate(MacKeys.LENGTH, Long.BYTES);
    final MemorySegment source = MemorySegment.ofArray(new byte[MAX_SOURCE]);

    /// Scratch memory for the thread that makes it.
    public MacScratch() {}

    private static final int MAX_SOURCE = 18; // bytes of a port and an IPv6 address
}
