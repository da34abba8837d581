package dev.adit.testkit;

import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Bind;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

/// The datagrams that wait at one socket, in a ring of reused arrays. Thread-safe, but for one
/// reader at a time.
final class DatagramQueue implements Bind.Receiver {
    private final BatchTracker batches;
    private final BooleanSupplier merging;

    // Guarded by this.
    private final byte[] @Nullable [] data = new byte[SLOTS][];
    private final int[] length = new int[SLOTS];
    private final int[] trafficClass = new int[SLOTS];
    private final int[] origin = new int[SLOTS];
    private int first;
    private int count;
    private boolean truncateNext;
    private boolean closed;
    private Fault onReceive = Fault.NONE;

    /// @param merging whether equal datagrams are merged when they are received
    DatagramQueue(BatchTracker batches, BooleanSupplier merging) {
        this.batches = batches;
        this.merging = merging;
    }

    @Override
    public int datagrams() {
        return DATAGRAMS;
    }

    synchronized int waiting() {
        return count;
    }

    synchronized void truncateNext() {
        truncateNext = true;
    }

    synchronized void onReceive(Fault fault) {
        onReceive = fault;
        notifyAll();
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /// False when there is no room.
    synchronized boolean put(int from, MemorySegment slab, int offset, int bytes, int tos) {
        if (closed || count == SLOTS) return false;
        int slot = (first + count++) % SLOTS;
        if (data[slot] == null || data[slot].length < bytes) data[slot] = new byte[bytes];
        MemorySegment.copy(slab, ValueLayout.JAVA_BYTE, offset, data[slot], 0, bytes);
        length[slot] = truncateNext ? TRUNCATED : bytes;
        truncateNext = false;
        trafficClass[slot] = tos;
        origin[slot] = from;
        notifyAll();
        return true;
    }

    @Override
    public void receive(PacketBatch into) throws IOException {
        batches.see(into);
        into.clear();
        while (into.size() == 0) takeFault(into).strike();
    }

    /// Waits; then fills the batch, unless a fault comes first.
    private synchronized Fault takeFault(PacketBatch into) throws ClosedChannelException {
        while (!closed && count == 0 && onReceive == Fault.NONE) pause();
        if (closed) throw new ClosedChannelException();
        Fault fault = onReceive;
        onReceive = Fault.NONE;
        if (fault == Fault.NONE) fill(into);
        return fault;
    }

    private void pause() {
        try {
            wait();
        } catch (InterruptedException e) {
            throw new IllegalStateException("a reader is not interrupted", e);
        }
    }

    private void fill(PacketBatch into) {
        int at = PacketBatch.HEADROOM;
        while (count > 0 && !into.isFull()) {
            int room = (int) into.memory().byteSize() - at;
            if (length[first] > room && into.size() > 0) return;
            into.addresses()
                    .set(
                            ValueLayout.JAVA_INT,
                            (long) into.size() * PacketBatch.ADDRESS_BYTES,
                            origin[first]);
            if (length[first] > room || length[first] == TRUNCATED) {
                into.add(at, TRUNCATED, 0, trafficClass[first]);
                next();
            } else {
                at += take(into, at) + PacketBatch.HEADROOM;
            }
        }
    }

    /// Moves one datagram, or as many as can be merged, to `at`; returns their length.
    private int take(PacketBatch into, int at) {
        int segment = length[first], from = origin[first], tos = trafficClass[first];
        int total = 0, pieces = 0, last;
        do {
            last = length[first];
            MemorySegment.copy(
                    data[first], 0, into.memory(), ValueLayout.JAVA_BYTE, at + total, last);
            total += last;
            pieces++;
            next();
        } while (last == segment && mayFollow(from, tos, segment, total, pieces, into, at));
        into.add(at, total, pieces > 1 ? segment : 0, tos);
        return total;
    }

    private boolean mayFollow(
            int from, int tos, int segment, int total, int pieces, PacketBatch into, int at) {
        return merging.getAsBoolean()
                && count > 0
                && pieces < MAX_PIECES
                && origin[first] == from
                && trafficClass[first] == tos
                && length[first] > 0
                && length[first] <= segment
                && total + length[first] <= MAX_BYTES
                && at + total + length[first] <= into.memory().byteSize();
    }

    private void next() {
        first = (first + 1) % SLOTS;
        count--;
    }

    /// The bytes of the next datagram; waits for it.
    synchronized byte[] poll(String what) {
        long deadline = Await.deadline();
        while (count == 0) Await.change(what, this, deadline);
        byte[] bytes = Arrays.copyOf(data[first], length[first]);
        next();
        return bytes;
    }

    private static final int SLOTS = 8192;
    private static final int DATAGRAMS = 64;
    private static final int MAX_PIECES = 64;
    private static final int MAX_BYTES = 65535;
}
