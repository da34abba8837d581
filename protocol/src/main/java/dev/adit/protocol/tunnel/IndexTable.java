package dev.adit.protocol.tunnel;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.random.RandomGenerator;

/// The table of indices: finds the handshake or session, of any peer, that an index addresses
/// (paper §5.4).
///
/// Thread-safe. Lookups take no lock: they read an open-addressed table, replaced as a whole when
/// it grows. Changes are rare (a few for each handshake) and exclusive.
final class IndexTable {
    private final RandomGenerator random;
    private volatile AtomicReferenceArray<IndexEntry> table = new AtomicReferenceArray<>(MIN_SIZE);
    private int used; // slots that are not null, tombstones included; guarded by this
    private int live; // guarded by this

    IndexTable(RandomGenerator random) {
        this.random = random;
    }

    /// The owner of `index`, or null.
    IndexEntry lookup(int index) {
        AtomicReferenceArray<IndexEntry> slots = table;
        for (int i = slot(index, slots); ; i = i + 1 & slots.length() - 1) {
            IndexEntry entry = slots.get(i);
            if (entry == null) return null;
            if (entry.index() == index && entry.isLive()) return entry;
        }
    }

    /// Allocates an unused index for `peer`.
    synchronized IndexEntry allocate(Peer peer) {
        int index;
        do {
            index = random.nextInt();
        } while (lookup(index) != null);
        if ((used + 1) * 2 > table.length()) rebuild();
        IndexEntry entry = new IndexEntry(index, peer);
        insert(table, entry);
        used++;
        live++;
        return entry;
    }

    /// Frees the index of `entry`; null and repetition do nothing.
    synchronized void release(IndexEntry entry) {
        if (entry == null || !entry.isLive()) return;
        entry.die(); // stays as a tombstone until the table is rebuilt
        live--;
    }

    /// The number of indices in use.
    synchronized int size() {
        return live;
    }

    private void rebuild() {
        AtomicReferenceArray<IndexEntry> old = table;
        // Three to six times the number of live entries, so that half as many again fit in before
        // it grows next.
        int size = Math.max(MIN_SIZE, Integer.highestOneBit(3 * (live + 1)) * 2);
        AtomicReferenceArray<IndexEntry> fresh = new AtomicReferenceArray<>(size);
        used = 0;
        for (int i = 0; i < old.length(); i++) {
            IndexEntry entry = old.get(i);
            if (entry == null || !entry.isLive()) continue;
            insert(fresh, entry);
            used++;
        }
        table = fresh;
    }

    private static void insert(AtomicReferenceArray<IndexEntry> slots, IndexEntry entry) {
        int i = slot(entry.index(), slots);
        while (slots.get(i) != null) i = i + 1 & slots.length() - 1;
        slots.set(i, entry);
    }

    private static int slot(int index, AtomicReferenceArray<IndexEntry> slots) {
        return index & slots.length() - 1; // indices are random already
    }

    private static final int MIN_SIZE = 16;
}
