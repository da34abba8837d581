package dev.adit.stack.ip;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A buffer for one packet that is being built or reassembled. Confined to the thread that has it.
///
/// It is native, as all packets are: memory of two kinds would make every access of compiled code a
/// choice.
public final class PacketScratch {
    private @Nullable MemorySegment small;
    private @Nullable MemorySegment large;

    /// Memory that is not allocated yet.
    public PacketScratch() {}

    /// Room for a packet that this side makes by itself, 2 KiB.
    public MemorySegment memory() {
        if (small == null) small = Arena.ofAuto().allocate(SMALL, 16);
        return small;
    }

    /// Room for the largest packet of either family.
    public MemorySegment datagram() {
        if (large == null) large = Arena.ofAuto().allocate(LARGE, 16);
        return large;
    }

    private static final int SMALL = 2048;
    static final int LARGE = 0xffff + 40;
}
