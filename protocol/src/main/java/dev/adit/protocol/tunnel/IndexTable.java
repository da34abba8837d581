package dev.adit.protocol.tunnel;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.random.RandomGenerator;

/// Who is addressed by which index: the handshakes and sessions of all peers (paper §5.4).
///
/// Thread-safe. Lookups take no lock: they read an open-addressed table, published whole when it
/// grows. Changes are rare (a few for each handshake) and exclude each other.
final class IndexTable {
    private final RandomGenerator random;
    private volatile AtomicReferenceArray<Receiver> table = new AtomicReferenceArray<>(MIN_SIZE);
    private int used; // slots that are not null, tombstones included; guarded by this
    private int live; // guarded by this

    IndexTable(RandomGenerator random) {
        this.random = random;
    }

    /// Whoever has `index`, or null.
    Receiver lookup(int index) {
        AtomicReferenceArray<Receiver> slots = table;
        for (int i = slot(index, slots); ; i = i + 1 & slots.length() - 1) {
            Receiver receiver = slots.get(i);
            if (receiver == null) return null;
            if (receiver.index() == index && receiver.isLive()) return receiver;
        }
    }

    /// Gives `peer` an index that nobody has.
    synchronized Receiver allocate(Peer peer) {
        int index;
        do {
            index = random.nextInt();
        } while (lookup(index) != null);
        if ((used + 1) * 2 > table.length()) rebuild();
        Receiver receiver = new Receiver(index, peer);
        insert(table, receiver);
        used++;
        live++;
        return receiver;
    }

    /// Frees the index of `receiver`; null and repetition do nothing.
    synchronized void release(Receiver receiver) {
        if (receiver == null || !receiver.isLive()) return;
        receiver.die(); // stays as a tombstone until the table is rebuilt
        live--;
    }

    /// How many indices are in use.
    synchronized int size() {
        return live;
    }

    private void rebuild() {
        AtomicReferenceArray<Receiver> old = table;
        // Three to six times as many as live, so that half as many as live fit in before the next.
        int size = Math.max(MIN_SIZE, Integer.highestOneBit(3 * (live + 1)) * 2);
        AtomicReferenceArray<Receiver> fresh = new AtomicReferenceArray<>(size);
        used = 0;
        for (int i = 0; i < old.length(); i++) {
            Receiver receiver = old.get(i);
            if (receiver == null || !receiver.isLive()) continue;
            insert(fresh, receiver);
            used++;
        }
        table = fresh;
    }

    private static void insert(AtomicReferenceArray<Receiver> slots, Receiver receiver) {
        int i = slot(receiver.index(), slots);
        while (slots.get(i) != null) i = i + 1 & slots.length() - 1;
        slots.set(i, receiver);
    }

    private static int slot(int index, AtomicReferenceArray<Receiver> slots) {
        return index & slots.length() - 1; // indices are random already
    }

    private static final int MIN_SIZE = 16;
}
