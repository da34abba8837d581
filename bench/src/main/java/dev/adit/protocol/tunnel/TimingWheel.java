package dev.adit.protocol.tunnel;

import java.util.Arrays;

/// What [Agenda] could have been: a hierarchical timing wheel of four levels of 256 slots, 16.8 ms
/// to a slot of the first. For comparison only. Guarded by its own monitor, as the agenda is.
///
/// Entries are numbers, in doubly linked lists in arrays; as in the agenda, only an earlier
/// deadline moves an entry.
final class TimingWheel {
    private final int[] head = new int[LEVELS * SLOTS];
    private final int[] next;
    private final int[] previous;
    private final int[] slot;
    private final long[] time;
    private long tick;

    TimingWheel(int entries) {
        next = new int[entries];
        previous = new int[entries];
        slot = new int[entries];
        time = new long[entries];
        Arrays.fill(head, NONE);
        Arrays.fill(slot, NONE);
    }

    synchronized void schedule(int entry, long at) {
        if (slot[entry] != NONE) {
            if (time[entry] <= at) return;
            unlink(entry);
        }
        time[entry] = at;
        link(entry);
    }

    synchronized void remove(int entry) {
        if (slot[entry] != NONE) unlink(entry);
    }

    /// The first moment at which something may be due; the slot's, not the entry's.
    synchronized long next() {
        for (long t = tick; t < tick + SLOTS; t++) {
            if (head[(int) (t & SLOTS - 1)] != NONE) return t << SHIFT;
        }
        return tick + SLOTS - (tick & SLOTS - 1) << SHIFT;
    }

    /// Takes out an entry that is due, or [#NONE].
    synchronized int takeDue(long now) {
        long target = now >> SHIFT;
        while (true) {
            int entry = head[(int) (tick & SLOTS - 1)];
            if (entry != NONE && time[entry] >> SHIFT <= tick) {
                unlink(entry);
                return entry;
            }
            if (tick >= target) return NONE;
            tick++;
            for (int level = 1; level < LEVELS; level++) {
                if ((tick & (1L << 8 * level) - 1) != 0) break;
                cascade(level * SLOTS + (int) (tick >> 8 * level & SLOTS - 1));
            }
        }
    }

    private void cascade(int from) {
        int entry = head[from];
        head[from] = NONE;
        while (entry != NONE) {
            int following = next[entry];
            link(entry);
            entry = following;
        }
    }

    private void link(int entry) {
        long at = Math.max(time[entry] >> SHIFT, tick);
        int level = 0;
        while (level < LEVELS - 1 && at - tick >> 8 * (level + 1) != 0) level++;
        int to = level * SLOTS + (int) (at >> 8 * level & SLOTS - 1);
        slot[entry] = to;
        previous[entry] = NONE;
        next[entry] = head[to];
        if (head[to] != NONE) previous[head[to]] = entry;
        head[to] = entry;
    }

    private void unlink(int entry) {
        if (previous[entry] == NONE) head[slot[entry]] = next[entry];
        else next[previous[entry]] = next[entry];
        if (next[entry] != NONE) previous[next[entry]] = previous[entry];
        slot[entry] = NONE;
    }

    static final int NONE = -1;
    private static final int LEVELS = 4;
    private static final int SLOTS = 256;
    private static final int SHIFT = 24;
}
