package dev.adit.protocol.tunnel;

import dev.adit.protocol.collection.IndexTable;
import dev.adit.protocol.session.Session;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;

/// A peer's sessions: the current one, previous ones, and one that waits for its first packet
/// (paper §6.3).
///
/// The paper has one session before the current one. More are needed when both sides initiate at
/// once: each goes on with the session it initiated itself and, until that is established, with the
/// previous one. So all sessions that may still receive are kept, within a bound.
///
/// Guarded by the peer; [#current] may be called from any thread.
final class Sessions {
    private final IndexTable<?> indices;
    private final Deque<Session> previous = new ArrayDeque<>(); // the newest first
    private volatile @Nullable Session current;
    private @Nullable Session next;

    /// @param indices where the local index of a session is released when the session ends
    Sessions(IndexTable<?> indices) {
        this.indices = indices;
    }

    /// The session to send with, or null.
    @Nullable Session current() {
        return current;
    }

    /// Adds a session that we initiated: it is used at once, and the previous one is kept for
    /// packets under way.
    void initiated(long now, Session fresh) {
        retire(current);
        retire(next); // the peer has initiated too, and may already send with it
        next = null;
        current = fresh;
        dropExpired(now);
    }

    /// Adds a session that we responded to: it waits until the initiator has used it.
    void responded(long now, Session fresh) {
        drop(next);
        next = fresh;
        dropExpired(now);
    }

    /// Notes an authentic packet on `session`. Returns true when that confirms the session, which
    /// is now the current one.
    boolean confirm(long now, Session session) {
        if (next == null || next != session) return false;
        retire(current);
        current = next;
        next = null;
        dropExpired(now);
        return true;
    }

    /// Ends sending with the present sessions; packets from the peer are still accepted.
    void expireSending() {
        if (current != null) current.expireSending();
        if (next != null) next.expireSending();
    }

    /// Erases all sessions.
    void clear() {
        while (!previous.isEmpty()) drop(previous.removeLast());
        drop(current);
        drop(next);
        current = next = null;
    }

    private void retire(@Nullable Session session) {
        if (session == null) return;
        previous.addFirst(session);
        if (previous.size() > MAX_PREVIOUS) drop(previous.removeLast());
    }

    private void dropExpired(long now) {
        while (!previous.isEmpty() && !previous.getLast().canReceive(now)) {
            drop(previous.removeLast());
        }
    }

    private void drop(@Nullable Session session) {
        if (session == null) return;
        indices.release(session.localIndex());
        session.close();
    }

    /// Twice two: both sides have renewed at once, twice in a row.
    private static final int MAX_PREVIOUS = 4;
}
