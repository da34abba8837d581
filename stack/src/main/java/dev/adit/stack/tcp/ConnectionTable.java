package dev.adit.stack.tcp;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// The connections by their addresses and ports, under a keyed hash, so that no peer can choose
/// which of them collide.
///
/// Thread-safe. Lookups take no lock: they read an open-addressed table, published whole when it
/// grows. Changes exclude each other; a leaf in the order of locks.
public final class ConnectionTable {
    private volatile AtomicReferenceArray<TcpConnection> table =
            new AtomicReferenceArray<>(MIN_SIZE);
    private int used; // slots that are not null, tombstones included; guarded by this
    private int live; // guarded by this
    private final Set<TcpConnection> unread = ConcurrentHashMap.newKeySet();

    public ConnectionTable() {}

    /// The connection with this hash, addresses and ports, or null.
    @Nullable TcpConnection lookup(
            long hash,
            boolean v6,
            long localHigh,
            long localLow,
            long remoteHigh,
            long remoteLow,
            int localPort,
            int remotePort) {
        AtomicReferenceArray<TcpConnection> slots = table;
        for (int i = slot(hash, slots); ; i = i + 1 & slots.length() - 1) {
            TcpConnection c = slots.get(i);
            if (c == null) return null;
            if (c.hash() == hash
                    && c.isLive()
                    && c.matches(
                            v6,
                            localHigh,
                            localLow,
                            remoteHigh,
                            remoteLow,
                            localPort,
                            remotePort)) {
                return c;
            }
        }
    }

    /// Adds a connection; false when one with the same ends is there.
    synchronized boolean add(TcpConnection connection) {
        if (connection.find(this) != null) return false;
        if ((used + 1) * 2 > table.length()) rebuild();
        insert(table, connection);
        used++;
        live++;
        return true;
    }

    /// Takes a connection out that was added; it is not live any more.
    synchronized void removed() {
        live--; // it stays as a tombstone until the table is rebuilt
        if (used > 4 * live + MIN_SIZE) rebuild();
    }

    /// How many connections there are.
    public synchronized int size() {
        return live;
    }

    /// All connections.
    public List<TcpConnection> all() {
        AtomicReferenceArray<TcpConnection> slots = table;
        List<TcpConnection> all = new ArrayList<>();
        for (int i = 0; i < slots.length(); i++) {
            TcpConnection c = slots.get(i);
            if (c != null && c.isLive()) all.add(c);
        }
        return all;
    }

    /// Keeps a connection that has ended while there is data of it to be read.
    void addUnread(TcpConnection connection) {
        unread.add(connection);
    }

    /// All of a connection is read, or it was given up. Idempotent.
    void removeUnread(TcpConnection connection) {
        unread.remove(connection);
    }

    /// The connections that have ended, with data to be read.
    Set<TcpConnection> unread() {
        return unread;
    }

    private void rebuild() {
        AtomicReferenceArray<TcpConnection> old = table;
        int size = Math.max(MIN_SIZE, Integer.highestOneBit(3 * (live + 1)) * 2);
        AtomicReferenceArray<TcpConnection> fresh = new AtomicReferenceArray<>(size);
        used = 0;
        for (int i = 0; i < old.length(); i++) {
            TcpConnection c = old.get(i);
            if (c == null || !c.isLive()) continue;
            insert(fresh, c);
            used++;
        }
        table = fresh;
    }

    private static void insert(AtomicReferenceArray<TcpConnection> slots, TcpConnection c) {
        int i = slot(c.hash(), slots);
        while (slots.get(i) != null) i = i + 1 & slots.length() - 1;
        slots.set(i, c);
    }

    private static int slot(long hash, AtomicReferenceArray<TcpConnection> slots) {
        return (int) hash & slots.length() - 1;
    }

    private static final int MIN_SIZE = 16;
}
