package dev.adit.protocol.session;

import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.protocol.crypto.spi.AeadBatch;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.wire.TransportData;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// A batch of transport data of one session, opened in place.
///
/// Confined to the thread that owns it. All packets between two calls of [#clear] lie in the same
/// batch.
public final class OpenBatch {
    private final AeadBatch work;
    private final DropReason[] drop;
    private int sealedBytes;

    /// A batch of at most `capacity` packets.
    public OpenBatch(int capacity) {
        work = new AeadBatch(capacity);
        drop = new DropReason[capacity];
    }

    /// Removes all packets.
    public void clear() {
        Arrays.fill(drop, 0, work.count, null);
        work.count = 0;
        sealedBytes = 0;
    }

    /// Appends the transport data message of `length` bytes at `offset` of `received`.
    public void add(PacketBatch received, int offset, int length) {
        MemorySegment slab = received.memory();
        work.in = slab;
        work.out = slab;
        int ciphertext = offset + TransportData.HEADER_LENGTH;
        long counter = slab.get(ByteOrders.LE64, offset + TransportData.COUNTER);
        work.add(ciphertext, ciphertext, length - TransportData.HEADER_LENGTH, counter);
        sealedBytes += length;
    }

    /// True when there is no room for another packet.
    public boolean isFull() {
        return work.count == drop.length;
    }

    /// The number of packets.
    public int count() {
        return work.count;
    }

    /// The length of all messages together, as received.
    public int sealedBytes() {
        return sealedBytes;
    }

    /// The offset of the opened packet `i`.
    public int offset(int i) {
        return work.outOffset[i];
    }

    /// The length of the opened packet `i` with its padding; 0 for a keepalive.
    public int length(int i) {
        return work.length[i];
    }

    /// The reason why packet `i` was refused, or null when it was not.
    public @Nullable DropReason drop(int i) {
        return drop[i];
    }

    void refuse(int i, DropReason reason) {
        drop[i] = reason;
    }

    AeadBatch work() {
        return work;
    }
}
