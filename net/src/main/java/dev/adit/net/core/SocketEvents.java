package dev.adit.net.core;

/// Callbacks for the events of one socket of the stack, implemented by the object that wraps the
/// socket and is attached to it.
///
/// Called by any thread without monitors; returns at once.
public interface SocketEvents {
    /// Something may be read, accepted or reported.
    void readable();

    /// Something may be written.
    void writable();

    /// The connection is established, or has ended.
    void changed();
}
