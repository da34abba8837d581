package dev.adit.protocol.tunnel;

import java.util.Arrays;

/// The peers of an [Agenda] whose moments are near: a heap, the earliest first. Guarded by the
/// agenda.
final class NearPeers {
    private Peer[] heap = new Peer[16]; // heap[1] is the earliest
    private int size;

    /// The earliest moment, or [Timers#NEVER].
    long next() {
        return size == 0 ? Timers.NEVER : heap[1].agendaTime;
    }

    /// The peer with the earliest moment, or null.
    Peer first() {
        return heap[1];
    }

    void add(Peer peer) {
        if (++size == heap.length) heap = Arrays.copyOf(heap, 2 * size);
        place(peer, size);
        siftUp(size);
    }

    void remove(Peer peer) {
        int hole = peer.agendaPlace;
        Peer last = heap[size];
        heap[size--] = null;
        if (last == peer) return;
        place(last, hole);
        siftUp(hole);
        siftDown(last.agendaPlace);
    }

    private void siftUp(int from) {
        Peer peer = heap[from];
        int i = from;
        for (; i > 1 && heap[i / 2].agendaTime > peer.agendaTime; i /= 2) place(heap[i / 2], i);
        place(peer, i);
    }

    private void siftDown(int from) {
        Peer peer = heap[from];
        int i = from;
        while (2 * i <= size) {
            int child = 2 * i;
            if (child < size && heap[child + 1].agendaTime < heap[child].agendaTime) child++;
            if (heap[child].agendaTime >= peer.agendaTime) break;
            place(heap[child], i);
            i = child;
        }
        place(peer, i);
    }

    private void place(Peer peer, int i) {
        heap[i] = peer;
        peer.agendaPlace = i;
    }
}
