package dev.adit.device.pipeline.thread;

import dev.adit.device.event.DroppedPacket;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Bind;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/// The packet that a thread drops right now, as its listeners see it: one object, pointed at one
/// packet after the other, so that a drop allocates nothing. Confined to the thread.
public final class CurrentPacket implements DroppedPacket {
    private boolean inner;
    private MemorySegment memory = MemorySegment.NULL;
    private long offset;
    private int length;

    // The sender, if it is known; else the datagram that it can be found out from.
    private @Nullable Endpoint sender;
    private @Nullable Bind bind; // null for a packet on its way to the network
    private @Nullable PacketBatch batch;
    private int entry;

    /// Points at a packet from the TUN.
    public CurrentPacket fromTun(MemorySegment slab, long at, int bytes) {
        set(true, slab, at, bytes);
        from(null, null, null, 0);
        return this;
    }

    /// Points at a packet from inside the tunnel, which came in datagram `i`.
    public CurrentPacket opened(Bind from, PacketBatch received, int i, long at, int bytes) {
        set(true, received.memory(), at, bytes);
        from(null, from, received, i);
        return this;
    }

    /// Points at a message in datagram `i`; `bytes` is 0 when it is not readable any more.
    public CurrentPacket message(Bind from, PacketBatch received, int i, long at, int bytes) {
        set(false, received.memory(), at, bytes);
        from(null, from, received, i);
        return this;
    }

    /// Points at a message whose sender is known.
    public CurrentPacket message(Endpoint from, MemorySegment slab, long at, int bytes) {
        set(false, slab, at, bytes);
        from(from, null, null, 0);
        return this;
    }

    private void set(boolean isInner, MemorySegment slab, long at, int bytes) {
        inner = isInner;
        memory = slab;
        offset = at;
        length = bytes;
    }

    private void from(
            @Nullable Endpoint known, @Nullable Bind from, @Nullable PacketBatch received, int i) {
        sender = known;
        bind = from;
        batch = received;
        entry = i;
    }

    /// Forgets the packet, its memory and its bind.
    public void clear() {
        set(false, MemorySegment.NULL, 0, 0);
        from(null, null, null, 0);
    }

    @Override
    public boolean isInner() {
        return inner;
    }

    @Override
    public MemorySegment memory() {
        return memory;
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public @Nullable Endpoint sender() {
        return bind == null || batch == null ? sender : bind.endpoint(batch, entry, null);
    }
}
