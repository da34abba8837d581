package dev.adit.protocol.tunnel;

import dev.adit.protocol.packet.PacketBatch;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Packets that wait for a session, the oldest first; when there are too many, the oldest goes.
///
/// One growing buffer for all of them, given up with their lengths when they leave, so that a peer
/// without traffic costs nothing. Guarded by the peer.
final class StagedPackets {
    private byte[] data = EMPTY;
    private int start;
    private int end;

    private int[] length = NONE; // a ring: the oldest at `first`
    private int first;
    private int count;

    /// Appends a copy of a packet; a length of 0 is a keepalive.
    ///
    /// @return how many older packets had to go
    int add(MemorySegment slab, long offset, int bytes) {
        int dropped = 0;
        while (count == CAPACITY || (count > 0 && end - start + bytes > MAX_BYTES)) {
            removeFirst();
            dropped++;
        }
        makeRoom(bytes);
        if (length == NONE) length = new int[CAPACITY];
        MemorySegment.copy(slab, ValueLayout.JAVA_BYTE, offset, data, end, bytes);
        end += bytes;
        length[(first + count++) % CAPACITY] = bytes;
        return dropped;
    }

    private void makeRoom(int bytes) {
        if (end + bytes <= data.length) return;
        int used = end - start;
        byte[] target = data;
        if (used + bytes > data.length) {
            int size = Math.max(Math.max(2 * data.length, MIN_BYTES), used + bytes);
            target = new byte[size];
        }
        System.arraycopy(data, start, target, 0, used);
        if (target != data) Arrays.fill(data, (byte) 0);
        data = target;
        start = 0;
        end = used;
    }

    private void removeFirst() {
        start += length[first];
        first = (first + 1) % CAPACITY;
        count--;
    }

    /// Moves packets to the end of `into`, from byte `at` of its memory on, as long as they fit.
    ///
    /// @return how many are left
    int moveTo(PacketBatch into, int at) {
        int limit = (int) into.memory().byteSize() - PacketBatch.HEADROOM;
        while (count > 0 && !into.isFull() && at + length[first] <= limit) {
            int bytes = length[first];
            MemorySegment.copy(data, start, into.memory(), ValueLayout.JAVA_BYTE, at, bytes);
            into.add(at, bytes);
            at += align(bytes) + PacketBatch.HEADROOM;
            removeFirst();
        }
        if (count == 0) clear();
        return count;
    }

    private static int align(int bytes) {
        return bytes + 15 & -16;
    }

    /// Drops everything; how many packets that were not keepalives.
    int clear() {
        int dropped = 0;
        for (; count > 0; removeFirst()) {
            if (length[first] > 0) dropped++;
        }
        Arrays.fill(data, (byte) 0);
        data = EMPTY;
        length = NONE;
        start = end = first = 0;
        return dropped;
    }

    int size() {
        return count;
    }

    // The kernel makes room for 128 before it appends one more.
    static final int CAPACITY = 129;
    private static final int MAX_BYTES = 2 << 20;
    private static final int MIN_BYTES = 4096;
    private static final byte[] EMPTY = {};
    private static final int[] NONE = {};
}
