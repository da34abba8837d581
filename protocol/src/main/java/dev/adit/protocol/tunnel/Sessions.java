package dev.adit.protocol.tunnel;

import dev.adit.protocol.session.Session;

import java.util.ArrayDeque;
import java.util.Deque;

/// A peer's sessions: the one in use, the ones before it, and one that waits for its first packet
/// (paper §6.3).
///
/// The paper knows one session before the one in use. It takes more when both sides initiate at
/// once: each goes on with the session it initiated itself, and until it does, with the one before.
/// So whatever can still be received with is kept, within a bound.
///
/// Guarded by the peer; [#current] may be read by anyone.
final class Sessions {
    private final IndexTable indices;
    private final Deque<IndexEntry> previous = new ArrayDeque<>(); // the newest first
    private volatile IndexEntry current;
    private IndexEntry next;

    Sessions(IndexTable indices) {
        this.indices = indices;
    }

    /// The session to send with, or null.
    Session current() {
        IndexEntry entry = current;
        return entry == null ? null : entry.session();
    }

    /// Takes a session that we initiated: it is used at once, and what was in use stays for packets
    /// under way.
    void initiated(long now, IndexEntry fresh) {
        retire(current);
        retire(next); // the peer has initiated too, and may already send with it
        next = null;
        current = fresh;
        dropExpired(now);
    }

    /// Takes a session that we responded to: it waits until the initiator has used it.
    void responded(long now, IndexEntry fresh) {
        drop(next);
        next = fresh;
        dropExpired(now);
    }

    /// An authentic packet came on `session`. True when it is thereby confirmed, and now in use.
    boolean confirm(long now, Session session) {
        if (next == null || next.session() != session) return false;
        retire(current);
        current = next;
        next = null;
        dropExpired(now);
        return true;
    }

    /// Ends sending with what there is; what the peer still sends is accepted.
    void expireSending() {
        if (current != null) current.session().expireSending();
        if (next != null) next.session().expireSending();
    }

    /// Erases all sessions.
    void clear() {
        while (!previous.isEmpty()) drop(previous.removeLast());
        drop(current);
        drop(next);
        current = next = null;
    }

    private void retire(IndexEntry entry) {
        if (entry == null) return;
        previous.addFirst(entry);
        if (previous.size() > MAX_PREVIOUS) drop(previous.removeLast());
    }

    private void dropExpired(long now) {
        while (!previous.isEmpty() && !previous.getLast().session().canReceive(now)) {
            drop(previous.removeLast());
        }
    }

    private void drop(IndexEntry entry) {
        if (entry == null) return;
        indices.release(entry);
        entry.session().close();
    }

    /// Twice two: both sides have renewed at once, and before that too.
    private static final int MAX_PREVIOUS = 4;
}
