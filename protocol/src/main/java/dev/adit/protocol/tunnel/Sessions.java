package dev.adit.protocol.tunnel;

import dev.adit.protocol.session.Session;

/// A peer's sessions: the one in use, the one before it, and one that waits for its first packet
/// (paper §6.3).
///
/// Guarded by the peer; [#current] may be read by anyone.
final class Sessions {
    private final IndexTable indices;
    private Receiver previous;
    private volatile Receiver current;
    private Receiver next;

    Sessions(IndexTable indices) {
        this.indices = indices;
    }

    /// The session to send with, or null.
    Session current() {
        Receiver receiver = current;
        return receiver == null ? null : receiver.session();
    }

    /// Takes a session that we initiated: it is used at once, and what was in use stays for packets
    /// under way.
    void initiated(Receiver fresh) {
        if (next != null) {
            // The peer has initiated too, and may already send with that session.
            drop(previous);
            previous = next;
            next = null;
            drop(current);
        } else {
            drop(previous);
            previous = current;
        }
        current = fresh;
    }

    /// Takes a session that we responded to: it waits until the initiator has used it.
    void responded(Receiver fresh) {
        drop(next);
        next = fresh;
        drop(previous);
        previous = null;
    }

    /// An authentic packet came on `session`. True when it is thereby confirmed, and now in use.
    boolean confirm(Session session) {
        if (next == null || next.session() != session) return false;
        drop(previous);
        previous = current;
        current = next;
        next = null;
        return true;
    }

    /// Ends sending with what there is; what the peer still sends is accepted.
    void expireSending() {
        if (current != null) current.session().expireSending();
        if (next != null) next.session().expireSending();
    }

    /// Erases all sessions.
    void clear() {
        drop(previous);
        drop(current);
        drop(next);
        previous = current = next = null;
    }

    private void drop(Receiver receiver) {
        if (receiver == null) return;
        indices.release(receiver);
        receiver.session().close();
    }
}
