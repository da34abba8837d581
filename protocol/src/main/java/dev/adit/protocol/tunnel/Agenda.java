package dev.adit.protocol.tunnel;

import java.util.Arrays;

/// Which peer has to be looked at when: by the earliest moment one of its timers may be due.
///
/// A deadline that moves to later costs nothing: the peer is looked at in vain at the old moment,
/// and entered anew. Only an earlier one moves the peer here. Thread-safe; a leaf in the order of
/// locks.
final class Agenda {

    // A hierarchical timing wheel, so that no operation depends on the number of peers: a slot of
    // level 0 is one tick of 16.8 ms, a slot of each further level is 256 of those before, and a
    // slot is a list that runs through its peers. Peers of the present tick and before are in a
    // heap
    // instead, which is small and exact. With one heap for everything, 100,000 peers cost 1,800 ns
    // for an expiry with its new deadline and 920 ns for a move, nearly all of it cache misses.

    private final Runnable alarm;
    private final NearPeers near = new NearPeers();
    private final Peer[] first = new Peer[LEVELS * SLOTS];
    private final long[] earliest = new long[LEVELS * SLOTS]; // or before, as a peer may have left
    private final long[] occupied = new long[LEVELS * WORDS];
    private long tick; // every peer of this one and before is near
    private long announced = Timers.NEVER; // what whoever waits knows of

    /// @param alarm run when the earliest moment has moved forward; must return at once
    Agenda(Runnable alarm) {
        this.alarm = alarm;
        Arrays.fill(earliest, Timers.NEVER);
    }

    /// Has `peer` looked at at `at`, if not before.
    void schedule(Peer peer, long at) {
        synchronized (this) {
            if (peer.agendaPlace != ABSENT) {
                if (peer.agendaTime <= at) return;
                takeOut(peer);
            }
            peer.agendaTime = at;
            enter(peer);
            if (at >= announced) return;
            announced = at;
        }
        alarm.run();
    }

    /// The earliest moment, or [Timers#NEVER]. When peers have left, it may come too early.
    synchronized long next() {
        long next = near.next();
        for (int level = 0; level < LEVELS; level++) {
            int slot = firstOccupied(level, (int) (tick >> level * BITS) + 1 & SLOTS - 1);
            if (slot >= 0) next = Math.min(next, earliest[slot]);
        }
        announced = next;
        return next;
    }

    /// Takes out a peer whose moment has come; null when there is none.
    synchronized Peer takeDue(long now) {
        advance(now >> TICK_BITS);
        Peer due = near.first();
        if (due == null || due.agendaTime > now) return null;
        takeOut(due);
        return due;
    }

    /// Takes out `peer`, if it is here.
    synchronized void remove(Peer peer) {
        if (peer.agendaPlace != ABSENT) takeOut(peer);
    }

    private void enter(Peer peer) {
        long at = Math.min(peer.agendaTime >> TICK_BITS, tick + FARTHEST);
        if (at <= tick) {
            near.add(peer);
            return;
        }
        int level = 0;
        while ((at >> level * BITS) - (tick >> level * BITS) >= SLOTS) level++;
        link(peer, level * SLOTS + (int) (at >> level * BITS & SLOTS - 1));
    }

    private void takeOut(Peer peer) {
        if (peer.agendaPlace > 0) near.remove(peer);
        else unlink(peer);
        peer.agendaPlace = ABSENT;
    }

    private void link(Peer peer, int slot) {
        Peer second = first[slot];
        peer.agendaPlace = ~slot;
        peer.agendaPrevious = null;
        peer.agendaNext = second;
        if (second != null) second.agendaPrevious = peer;
        first[slot] = peer;
        earliest[slot] = Math.min(earliest[slot], peer.agendaTime);
        occupied[slot >> 6] |= 1L << slot;
    }

    private void unlink(Peer peer) {
        int slot = ~peer.agendaPlace;
        Peer before = peer.agendaPrevious, after = peer.agendaNext;
        if (before != null) before.agendaNext = after;
        else first[slot] = after;
        if (after != null) after.agendaPrevious = before;
        peer.agendaPrevious = peer.agendaNext = null;
        if (first[slot] == null) clear(slot);
    }

    private void clear(int slot) {
        first[slot] = null;
        earliest[slot] = Timers.NEVER;
        occupied[slot >> 6] &= ~(1L << slot);
    }

    /// Enters all peers anew whose slots the present tick has reached or passed, on every level.
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
        Peer peer = first[slot];
        if (peer == null) return;
        clear(slot);
        while (peer != null) {
            Peer following = peer.agendaNext;
            peer.agendaPrevious = peer.agendaNext = null;
            enter(peer);
            peer = following;
        }
    }

    /// The first slot of a level with peers in it, from number `start` on and around; -1 for none.
    private int firstOccupied(int level, int start) {
        long ahead = -1L << start; // of the word that `start` lies in
        for (int i = 0; i <= WORDS; i++) {
            int word = level * WORDS + ((start >> 6) + i & WORDS - 1);
            long bits = occupied[word] & (i == 0 ? ahead : i == WORDS ? ~ahead : -1L);
            if (bits != 0) return word * 64 + Long.numberOfTrailingZeros(bits);
        }
        return -1;
    }

    /// Where a peer is that is not here: [Peer#agendaPlace] is this, or its position in the heap
    /// from 1 on, or the complement of its slot.
    static final int ABSENT = 0;

    private static final int TICK_BITS = 24; // nanoseconds in a tick, as a power of two
    private static final int LEVELS = 4;
    private static final int BITS = 8;
    private static final int SLOTS = 1 << BITS;
    private static final int WORDS = SLOTS / 64;

    // What is farther away than the last level reaches, over two years, is looked at before its
    // time.
    private static final long FARTHEST = (SLOTS - 1L) << (LEVELS - 1) * BITS;
}
