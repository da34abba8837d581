package dev.adit.protocol.tunnel;

import java.util.Arrays;

/// Which peer has to be looked at when: a heap of peers by the earliest moment one of its timers
/// may be due.
///
/// A deadline that moves to later costs nothing: the peer is looked at in vain at the old moment,
/// and entered anew. Only an earlier one moves the peer here. Thread-safe; a leaf in the order of
/// locks.
final class Agenda {
    private final Runnable alarm;
    private Peer[] heap = new Peer[16]; // heap[1] is the earliest
    private int size;

    /// @param alarm run when the earliest moment has moved forward; must return at once
    Agenda(Runnable alarm) {
        this.alarm = alarm;
    }

    /// Has `peer` looked at at `at`, if not before.
    void schedule(Peer peer, long at) {
        boolean earliest;
        synchronized (this) {
            if (peer.agendaIndex == 0) {
                if (++size == heap.length) heap = Arrays.copyOf(heap, 2 * size);
                place(peer, size);
            } else if (peer.agendaTime <= at) {
                return;
            }
            peer.agendaTime = at;
            siftUp(peer.agendaIndex);
            earliest = heap[1] == peer;
        }
        if (earliest) alarm.run();
    }

    /// The earliest moment, or [Timers#NEVER].
    synchronized long next() {
        return size == 0 ? Timers.NEVER : heap[1].agendaTime;
    }

    /// Takes out a peer whose moment has come; null when there is none.
    synchronized Peer takeDue(long now) {
        if (size == 0 || heap[1].agendaTime > now) return null;
        Peer due = heap[1];
        remove(due);
        return due;
    }

    /// Takes out `peer`, if it is here.
    synchronized void remove(Peer peer) {
        int hole = peer.agendaIndex;
        if (hole == 0) return;
        Peer last = heap[size];
        heap[size--] = null;
        peer.agendaIndex = 0;
        if (last == peer) return;
        place(last, hole);
        siftUp(hole);
        siftDown(last.agendaIndex);
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
        peer.agendaIndex = i;
    }
}
