package dev.adit.protocol.tunnel;

import java.util.Arrays;

/// The entries of a [TimerWheel]: numbers from 1 on, with their fields in arrays, since following
/// references from peer to peer costs a cache miss each. Guarded by the timer wheel.
final class TimerWheelEntries {
    Peer[] peer = new Peer[16];
    long[] time = new long[16];

    /// The position in the heap, or the complement of the slot.
    int[] place = new int[16];

    /// The neighbours in the slot's list, or [#NONE]; for free entries, the next free one.
    int[] next = new int[16];

    int[] previous = new int[16];

    private int free = NONE;
    private int used;

    /// Allocates an entry for `scheduled`.
    int allocate(Peer scheduled) {
        int entry = free;
        if (entry != NONE) free = next[entry];
        else entry = ++used;
        if (entry == peer.length) grow();
        peer[entry] = scheduled;
        return entry;
    }

    /// Frees an entry and returns its peer.
    Peer release(int entry) {
        Peer was = peer[entry];
        peer[entry] = null;
        next[entry] = free;
        free = entry;
        return was;
    }

    private void grow() {
        int size = 2 * peer.length;
        peer = Arrays.copyOf(peer, size);
        time = Arrays.copyOf(time, size);
        place = Arrays.copyOf(place, size);
        next = Arrays.copyOf(next, size);
        previous = Arrays.copyOf(previous, size);
    }

    static final int NONE = 0;
}
