package dev.adit.protocol.tunnel;

import dev.adit.protocol.session.Session;

import org.jspecify.annotations.Nullable;

/// The owner of an index: a peer's handshake and, once that is complete, the session that takes its
/// place.
///
/// Thread-safe.
public final class IndexEntry {
    private final int index;
    private final Peer peer;
    private volatile @Nullable Session session;

    IndexEntry(int index, Peer peer) {
        this.index = index;
        this.peer = peer;
    }

    int index() {
        return index;
    }

    public Peer peer() {
        return peer;
    }

    /// The session, or null while only a handshake uses the index: then no data is accepted.
    public @Nullable Session session() {
        return session;
    }

    /// Sets the session and returns it.
    Session session(Session established) {
        session = established;
        return established;
    }
}
