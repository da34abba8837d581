package dev.adit.protocol.tunnel;

import dev.adit.ip.packet.PacketBatch;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// A queue of one peer's packets that wait for a session, oldest first; when there are too many,
/// the oldest is dropped. The memory of all peers' packets is bounded by a [StagingBudget].
///
/// Each packet has an array of its own size, so that its memory is free as soon as it leaves, and a
/// peer without traffic costs nothing. Thread-safe; its monitor is a leaf in the lock order.
final class StagedPackets {
    private final StagingBudget budget;

    // A ring, the oldest at `first`. Guarded by this.
    private byte[] @Nullable [] packets = NONE;
    private int first;
    private int count;
    private int bytes; // of the packets alone
    private boolean closed;

    // Written with the monitor held.
    private volatile int held; // bytes of memory taken from the budget
    private volatile boolean waiting;

    StagedPackets(StagingBudget budget) {
        this.budget = budget;
    }

    /// True when packets wait. Takes no lock.
    boolean isWaiting() {
        return waiting;
    }

    /// Appends a copy of a packet; a length of 0 is a keepalive. Must be called without the monitor
    /// of another peer's packets, as others may have to give up some.
    ///
    /// @return the number of packets dropped: older ones, those of other peers, or this one
    int add(MemorySegment slab, long offset, int length) {
        int dropped = budget.makeRoom();
        return dropped + append(slab, offset, length);
    }

    private synchronized int append(MemorySegment slab, long offset, int length) {
        if (closed) return 1;
        int dropped = 0;
        while (count == CAPACITY || (count > 0 && bytes + length > MAX_BYTES)) {
            removeFirst();
            dropped++;
        }
        int cost = cost(length) + (count == packets.length ? ringCost(larger()) : 0);
        if (!budget.take(cost)) return dropped + 1;
        try {
            keep(slab, offset, length);
        } catch (OutOfMemoryError lost) {
            budget.giveBack(cost);
            return dropped + 1; // this packet: a loss like any on the network
        }
        held += cost;
        return dropped;
    }

    /// Steps that may fail come before any lasting change.
    @SuppressWarnings("NonAtomicVolatileUpdate") // written by one thread at a time
    private void keep(MemorySegment slab, long offset, int length) {
        byte[] copy = length == 0 ? KEEPALIVE : new byte[length];
        MemorySegment.copy(slab, ValueLayout.JAVA_BYTE, offset, copy, 0, length);
        byte[][] ring = packets;
        if (count == packets.length) {
            ring = new byte[larger()][];
            for (int i = 0; i < count; i++) ring[i] = packets[(first + i) % count];
        }
        if (!waiting) budget.enter(this);
        if (ring != packets) {
            int old = ringCost(packets.length);
            budget.giveBack(old);
            held -= old;
            packets = ring;
            first = 0;
        }
        packets[(first + count++) % packets.length] = copy;
        bytes += length;
        waiting = true;
    }

    private int larger() {
        return Math.min(Math.max(4 * packets.length, MIN_RING), CAPACITY);
    }

    /// Removes the oldest packet. Its bytes are erased, and it is no longer counted.
    private void removeFirst() {
        byte[] packet = packets[first];
        packets[first] = null;
        first = (first + 1) % packets.length;
        count--;
        bytes -= packet.length;
        Arrays.fill(packet, (byte) 0);
        give(cost(packet.length));
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written by one thread at a time
    private void give(int cost) {
        held -= cost;
        budget.giveBack(cost);
    }

    /// Moves packets to the end of `into`, from byte `at` of its memory on, as long as they fit.
    ///
    /// @return the number of packets left
    synchronized int moveTo(PacketBatch into, int at) {
        int limit = (int) into.memory().byteSize() - PacketBatch.HEADROOM;
        while (count > 0 && !into.isFull() && at + packets[first].length <= limit) {
            byte[] packet = packets[first];
            MemorySegment.copy(packet, 0, into.memory(), ValueLayout.JAVA_BYTE, at, packet.length);
            into.add(at, packet.length);
            at += align(packet.length) + PacketBatch.HEADROOM;
            removeFirst();
        }
        if (count == 0) clear();
        return count;
    }

    private static int align(int bytes) {
        return bytes + 15 & -16;
    }

    /// Drops the oldest packets until at most `most` bytes of memory are held; returns their number
    /// without the keepalives.
    synchronized int trim(int most) {
        int dropped = 0;
        while (count > 0 && held > most) {
            if (packets[first].length > 0) dropped++;
            removeFirst();
        }
        if (count == 0) clear();
        return dropped;
    }

    /// Drops all packets; returns their number without the keepalives.
    synchronized int clear() {
        int dropped = 0;
        while (count > 0) {
            if (packets[first].length > 0) dropped++;
            removeFirst();
        }
        give(ringCost(packets.length));
        packets = NONE;
        first = 0;
        if (waiting) budget.leave(this);
        waiting = false;
        return dropped;
    }

    /// Accepts no more packets.
    synchronized void close() {
        closed = true;
    }

    synchronized int size() {
        return count;
    }

    /// Bytes of memory that these packets take. Takes no lock.
    int held() {
        return held;
    }

    /// The memory that a packet takes: an array with its header.
    private static int cost(int length) {
        return length == 0 ? 0 : ARRAY + align(length);
    }

    private static int ringCost(int length) {
        return length == 0 ? 0 : HOLDER + ARRAY + length * REFERENCE;
    }

    // The kernel makes room for 128 before it appends one more.
    static final int CAPACITY = 129;
    private static final int MAX_BYTES = 2 << 20;
    private static final int MIN_RING = 4;
    private static final byte[][] NONE = {};
    private static final byte[] KEEPALIVE = {};

    // Bytes: the header of an array, a reference, and the entry among those that hold packets.
    private static final int ARRAY = 16;
    private static final int REFERENCE = 4;
    private static final int HOLDER = 64;
}
