package dev.adit.protocol.collection;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/// The scheduled timers of a [TimerWheel]: numbers from 1 on, with their fields in arrays, since
/// following references from timer to timer costs a cache miss each. Guarded by the timer wheel.
final class TimerWheelEntries<T> {
    private @Nullable Object[] timer = new Object[16];
    private long[] time = new long[16];
    private int[] place = new int[16];

    // The neighbours in the slot's list, or NONE; for free entries, the next free one.
    private int[] next = new int[16];
    private int[] previous = new int[16];

    private int free = NONE;
    private int used;

    /// Allocates an entry for `scheduled`.
    int allocate(TimerWheel.Timer<T> scheduled) {
        int entry = free;
        if (entry != NONE) free = next[entry];
        else entry = ++used;
        if (entry == timer.length) grow();
        timer[entry] = scheduled;
        return entry;
    }

    /// Frees an entry and returns its timer.
    @SuppressWarnings("unchecked")
    TimerWheel.Timer<T> release(int entry) {
        Object was = timer[entry];
        timer[entry] = null;
        next[entry] = free;
        free = entry;
        return (TimerWheel.Timer<T>) was;
    }

    long time(int entry) {
        return time[entry];
    }

    void time(int entry, long at) {
        time[entry] = at;
    }

    /// The position in the heap, or the complement of the slot.
    int place(int entry) {
        return place[entry];
    }

    void place(int entry, int at) {
        place[entry] = at;
    }

    /// The entry that follows in the slot's list, or [#NONE].
    int next(int entry) {
        return next[entry];
    }

    /// Puts `entry` before `first`, which is the first of a list, or [#NONE].
    void insertBefore(int first, int entry) {
        previous[entry] = NONE;
        next[entry] = first;
        if (first != NONE) previous[first] = entry;
    }

    /// Takes `entry` out of the list that begins with `first`; returns the entry that it begins
    /// with now, or [#NONE].
    int unlink(int first, int entry) {
        int before = previous[entry], after = next[entry];
        if (after != NONE) previous[after] = before;
        if (before == NONE) return after;
        next[before] = after;
        return first;
    }

    private void grow() {
        int size = 2 * timer.length;
        timer = Arrays.copyOf(timer, size);
        time = Arrays.copyOf(time, size);
        place = Arrays.copyOf(place, size);
        next = Arrays.copyOf(next, size);
        previous = Arrays.copyOf(previous, size);
    }

    static final int NONE = 0;
}
