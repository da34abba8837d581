package dev.adit.stack.schedule;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/// A heap of the [Schedulable]s with a deadline, the earliest first. Guarded by the [Scheduler].
///
/// A heap is exact to the nanosecond, and a connection enters it a few times a second only, because
/// a deadline that moves to later stays where it is until the old moment.
final class DeadlineHeap {
    private @Nullable Schedulable[] heap = new Schedulable[16]; // heap[1] is the earliest
    private int size;

    long next() {
        return size == 0 ? Scheduler.NEVER : heap[1].dueAt;
    }

    /// Enters `entry`, or moves it, so that it is due at `at`.
    void set(Schedulable entry, long at) {
        entry.dueAt = at;
        if (entry.heapIndex == 0) {
            if (++size == heap.length) heap = Arrays.copyOf(heap, 2 * size);
            place(entry, size);
        }
        siftUp(entry.heapIndex);
        siftDown(entry.heapIndex);
    }

    /// Takes out an entry that is due; null when there is none.
    @Nullable Schedulable takeDue(long now) {
        if (size == 0 || heap[1].dueAt > now) return null;
        Schedulable due = heap[1];
        remove(due);
        return due;
    }

    void remove(Schedulable entry) {
        int hole = entry.heapIndex;
        if (hole == 0) return;
        entry.heapIndex = 0;
        entry.dueAt = Scheduler.NEVER;
        Schedulable last = heap[size];
        heap[size--] = null;
        if (last == entry) return;
        place(last, hole);
        siftUp(hole);
        siftDown(last.heapIndex);
    }

    private void siftUp(int from) {
        Schedulable entry = heap[from];
        int i = from;
        for (; i > 1 && heap[i / 2].dueAt > entry.dueAt; i /= 2) place(heap[i / 2], i);
        place(entry, i);
    }

    private void siftDown(int from) {
        Schedulable entry = heap[from];
        int i = from;
        while (2 * i <= size) {
            int child = 2 * i;
            if (child < size && heap[child + 1].dueAt < heap[child].dueAt) child++;
            if (heap[child].dueAt >= entry.dueAt) break;
            place(heap[child], i);
            i = child;
        }
        place(entry, i);
    }

    private void place(Schedulable entry, int i) {
        heap[i] = entry;
        entry.heapIndex = i;
    }
}
