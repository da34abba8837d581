package dev.adit.protocol.collection;

import java.util.Arrays;

/// A heap of those entries of a [TimerWheel] that are due soon, earliest first. Guarded by the
/// timer wheel.
final class TimerHeap {
    private final TimerWheelEntries<?> entries;
    private int[] heap = new int[16]; // heap[1] is the earliest
    private int size;

    TimerHeap(TimerWheelEntries<?> entries) {
        this.entries = entries;
    }

    /// The earliest deadline, or [TimerWheel#NEVER].
    long next() {
        return size == 0 ? TimerWheel.NEVER : time(1);
    }

    /// The entry with the earliest deadline, or [TimerWheelEntries#NONE].
    int first() {
        return size == 0 ? TimerWheelEntries.NONE : heap[1];
    }

    void add(int entry) {
        if (++size == heap.length) heap = Arrays.copyOf(heap, 2 * size);
        place(entry, size);
        siftUp(size);
    }

    void remove(int entry) {
        int hole = entries.place(entry);
        int last = heap[size--];
        if (last == entry) return;
        place(last, hole);
        siftUp(hole);
        siftDown(entries.place(last));
    }

    private void siftUp(int from) {
        int entry = heap[from];
        int i = from;
        for (; i > 1 && time(i / 2) > entries.time(entry); i /= 2) place(heap[i / 2], i);
        place(entry, i);
    }

    private void siftDown(int from) {
        int entry = heap[from];
        int i = from;
        while (2 * i <= size) {
            int child = 2 * i;
            if (child < size && time(child + 1) < time(child)) child++;
            if (time(child) >= entries.time(entry)) break;
            place(heap[child], i);
            i = child;
        }
        place(entry, i);
    }

    private long time(int i) {
        return entries.time(heap[i]);
    }

    private void place(int entry, int i) {
        heap[i] = entry;
        entries.place(entry, i);
    }
}
