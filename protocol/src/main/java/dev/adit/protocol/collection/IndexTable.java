package dev.adit.protocol.collection;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;

/// A table of entries, each of which is found by a random index of 32 bits that the table gives to
/// it (paper §5.4).
///
/// Thread-safe. Lookups take no lock: they read an open-addressed table, replaced as a whole when
/// it grows. Changes are rare (a few for each handshake) and exclusive.
///
/// @param <E> entries, which have to know their index
public final class IndexTable<E> {
    private final RandomGenerator random;
    private final ToIntFunction<E> indexOf;
    private volatile AtomicReferenceArray<Object> table = new AtomicReferenceArray<>(MIN_SIZE);
    private int used; // slots that are not null, tombstones included; guarded by this
    private int live; // guarded by this

    /// @param random cryptographically secure and thread-safe, as an index must not be guessed
    /// @param indexOf the index that an entry was created with
    public IndexTable(RandomGenerator random, ToIntFunction<E> indexOf) {
        this.random = random;
        this.indexOf = indexOf;
    }

    /// The entry with `index`, or null.
    public @Nullable E lookup(int index) {
        AtomicReferenceArray<Object> slots = table;
        for (int i = slot(index, slots); ; i = i + 1 & slots.length() - 1) {
            E entry = entry(slots, i);
            if (entry == null) return null;
            if (entry != RELEASED && indexOf.applyAsInt(entry) == index) return entry;
        }
    }

    /// Creates an entry with an unused index.
    public synchronized E allocate(IntFunction<E> create) {
        int index;
        do {
            index = random.nextInt();
        } while (lookup(index) != null);
        if ((used + 1) * 2 > table.length()) rebuild();
        E entry = create.apply(index);
        insert(table, index, entry);
        used++;
        live++;
        return entry;
    }

    /// Removes the entry with `index`, if there is one.
    public synchronized void release(int index) {
        AtomicReferenceArray<Object> slots = table;
        for (int i = slot(index, slots); ; i = i + 1 & slots.length() - 1) {
            E entry = entry(slots, i);
            if (entry == null) return;
            if (entry == RELEASED || indexOf.applyAsInt(entry) != index) continue;
            slots.set(i, RELEASED); // until the table is rebuilt
            live--;
            return;
        }
    }

    /// The number of entries.
    public synchronized int size() {
        return live;
    }

    private void rebuild() {
        AtomicReferenceArray<Object> old = table;
        // Three to six times the number of live entries, so that half as many again fit in before
        // it grows next.
        int size = Math.max(MIN_SIZE, Integer.highestOneBit(3 * (live + 1)) * 2);
        AtomicReferenceArray<Object> fresh = new AtomicReferenceArray<>(size);
        used = 0;
        for (int i = 0; i < old.length(); i++) {
            E entry = entry(old, i);
            if (entry == null || entry == RELEASED) continue;
            insert(fresh, indexOf.applyAsInt(entry), entry);
            used++;
        }
        table = fresh;
    }

    private static void insert(AtomicReferenceArray<Object> slots, int index, Object entry) {
        int i = slot(index, slots);
        while (slots.get(i) != null) i = i + 1 & slots.length() - 1;
        slots.set(i, entry);
    }

    private static int slot(int index, AtomicReferenceArray<Object> slots) {
        return index & slots.length() - 1; // indices are random already
    }

    /// Null, [#RELEASED] or an entry.
    @SuppressWarnings("unchecked")
    private E entry(AtomicReferenceArray<Object> slots, int i) {
        return (E) slots.get(i);
    }

    private static final Object RELEASED = new Object();
    private static final int MIN_SIZE = 16;
}
