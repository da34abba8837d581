package dev.adit.stack.schedule;

import dev.adit.ip.packet.PacketBatch;

import java.lang.foreign.MemorySegment;

/// Appends packets to a batch, each written in place. Confined to the transmitting thread.
public final class PacketWriter {
    @SuppressWarnings("NullAway.Init") // set by begin, before all else
    private PacketBatch batch;

    private long at;
    private int before;

    /// A writer without a batch.
    public PacketWriter() {}

    /// Goes on behind the last entry of `into`.
    public void begin(PacketBatch into) {
        batch = into;
        before = into.size();
        long end = before == 0 ? 0 : into.offset(before - 1) + into.length(before - 1);
        at = place(end);
    }

    private static long place(long end) {
        return (end + ALIGNMENT - 1 & -ALIGNMENT) + PacketBatch.HEADROOM;
    }

    /// Bytes that fit for the next packet; 0 when no further one does.
    public int room() {
        return batch.isFull() ? 0 : (int) Math.max(0, batch.memory().byteSize() - at);
    }

    /// The memory to write the next packet to.
    public MemorySegment memory() {
        return batch.memory();
    }

    /// Where the next packet begins in [#memory].
    public long at() {
        return at;
    }

    /// Appends the packet that was written at [#at].
    ///
    /// @param segmentSize bytes of payload in each of its segments, 0 for a plain packet
    /// @param trafficClass the IP traffic class, 0 to 255
    public void add(int length, int segmentSize, int trafficClass) {
        batch.add((int) at, length, segmentSize, trafficClass);
        at = place(at + length);
    }

    /// How many packets were added since [#begin].
    public int count() {
        return batch.size() - before;
    }

    private static final long ALIGNMENT = 16;
}
