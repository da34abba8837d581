package dev.adit.protocol.collection;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.function.LongConsumer;

/// A hierarchical timing wheel: one timer for each of its items, with the time at which the item
/// has to be looked at.
///
/// A deadline that moves to a later time costs nothing: the item is looked at in vain at the old
/// time and then scheduled again. Only an earlier deadline moves its timer. Thread-safe; a leaf in
/// the lock order.
///
/// @param <T> the items
public final class TimerWheel<T> {

    // Hierarchical, so that no operation depends on the number of timers: a slot of level 0 is one
    // tick of 16.8 ms, a slot of each further level is 256 of those before, and a slot is a list of
    // entries. Entries of the present tick and before are in a heap instead,
    // which is small and exact. With one heap for all, an expiry and its new deadline took 3.2 us
    // instead of 1.1 with 100,000 peers, and 0.6 instead of 0.3 with 10,000 (TimerWheelBenchmark).

    private final Runnable alarm;
    private final TimerWheelEntries<T> entries = new TimerWheelEntries<>();
    private final TimerHeap near = new TimerHeap(entries);
    private final int[] first = new int[LEVELS * SLOTS];
    private final long[] earliest =
            new long[LEVELS * SLOTS]; // or earlier, as an entry may have left
    private final long[] occupied = new long[LEVELS * WORDS];
    private long tick; // every entry of this one and before is near
    private long announced = NEVER; // the deadline that the waiting thread knows

    /// @param alarm run when the earliest deadline has moved forward; must return at once
    public TimerWheel(Runnable alarm) {
        this.alarm = alarm;
        Arrays.fill(earliest, NEVER);
    }

    /// Creates a timer for `item`, which is not scheduled yet.
    public Timer<T> timer(T item) {
        return new Timer<>(this, item);
    }

    private void schedule(Timer<T> timer, long at) {
        synchronized (this) {
            int entry = timer.entry;
            if (entry == NONE) {
                timer.entry = entry = entries.allocate(timer);
            } else {
                if (entries.time(entry) <= at) return;
                leave(entry);
            }
            entries.time(entry, at);
            enter(entry);
            if (at >= announced) return;
            announced = at;
        }
        alarm.run();
    }

    private synchronized void cancel(Timer<T> timer) {
        if (timer.entry != NONE) takeOut(timer.entry);
    }

    /// The earliest deadline, or [#NEVER]. After timers were cancelled, it may be too early.
    public synchronized long next() {
        long next = near.next();
        for (int level = 0; level < LEVELS; level++) {
            int slot = firstOccupied(level, (int) (tick >> level * BITS) + 1 & SLOTS - 1);
            if (slot >= 0) next = Math.min(next, earliest[slot]);
        }
        announced = next;
        return next;
    }

    /// Returns an item that is due, with its timer no longer scheduled; null when there is none.
    public synchronized @Nullable T takeDue(long now) {
        advance(now >> TICK_BITS);
        int due = near.first();
        return due == NONE || entries.time(due) > now ? null : takeOut(due);
    }

    private T takeOut(int entry) {
        leave(entry);
        Timer<T> timer = entries.release(entry);
        timer.entry = NONE;
        return timer.item;
    }

    private void enter(int entry) {
        long at = Math.min(entries.time(entry) >> TICK_BITS, tick + FARTHEST);
        if (at <= tick) {
            near.add(entry);
            return;
        }
        int level = 0;
        while ((at >> level * BITS) - (tick >> level * BITS) >= SLOTS) level++;
        link(entry, level * SLOTS + (int) (at >> level * BITS & SLOTS - 1));
    }

    private void leave(int entry) {
        int place = entries.place(entry);
        if (place > 0) near.remove(entry);
        else unlink(entry, ~place);
    }

    private void link(int entry, int slot) {
        entries.place(entry, ~slot);
        entries.insertBefore(first[slot], entry);
        first[slot] = entry;
        earliest[slot] = Math.min(earliest[slot], entries.time(entry));
        occupied[slot >> 6] |= 1L << slot;
    }

    private void unlink(int entry, int slot) {
        first[slot] = entries.unlink(first[slot], entry);
        if (first[slot] == NONE) clear(slot);
    }

    private void clear(int slot) {
        first[slot] = NONE;
        earliest[slot] = NEVER;
        occupied[slot >> 6] &= ~(1L << slot);
    }

    /// Enters again, on every level, the entries of slots that the present tick has reached or
    /// passed.
    private void advance(long to) {
        long from = tick;
        if (to <= from) return;
        tick = to;
        for (int level = 0; level < LEVELS; level++) {
            long old = from >> level * BITS;
            long passed = Math.min((to >> level * BITS) - old, SLOTS);
            if (passed == 0) return;
            for (int i = 1; i <= passed; i++) {
                spread(level * SLOTS + (int) (old + i & SLOTS - 1));
            }
        }
    }

    private void spread(int slot) {
        int entry = first[slot];
        if (entry == NONE) return;
        clear(slot);
        while (entry != NONE) {
            int following = entries.next(entry);
            enter(entry);
            entry = following;
        }
    }

    /// The first slot of a level with entries, from number `start` on and wrapping around; -1 for
    /// none.
    private int firstOccupied(int level, int start) {
        long ahead = -1L << start; // of the word that `start` lies in
        for (int i = 0; i <= WORDS; i++) {
            int word = level * WORDS + ((start >> 6) + i & WORDS - 1);
            long bits = occupied[word] & (i == 0 ? ahead : i == WORDS ? ~ahead : -1L);
            if (bits != 0) return word * 64 + Long.numberOfTrailingZeros(bits);
        }
        return -1;
    }

    /// The timer of one item. Thread-safe; guarded by its wheel.
    ///
    /// @param <T> the items of the wheel
    public static final class Timer<T> implements LongConsumer {
        private final TimerWheel<T> wheel;
        private final T item;
        private int entry = NONE;

        private Timer(TimerWheel<T> wheel, T item) {
            this.wheel = wheel;
            this.item = item;
        }

        /// Has the item looked at no later than `at`.
        @Override
        public void accept(long at) {
            wheel.schedule(this, at);
        }

        /// Has the item no longer looked at.
        public void cancel() {
            wheel.cancel(this);
        }
    }

    /// The time that never comes.
    public static final long NEVER = Long.MAX_VALUE;

    private static final int NONE = TimerWheelEntries.NONE;
    private static final int TICK_BITS = 24; // nanoseconds in a tick, as a power of two
    private static final int LEVELS = 4;
    private static final int BITS = 8;
    private static final int SLOTS = 1 << BITS;
    private static final int WORDS = SLOTS / 64;

    // Deadlines beyond the reach of the last level, over two years, are looked at early.
    private static final long FARTHEST = (SLOTS - 1L) << (LEVELS - 1) * BITS;
}
