package dev.adit.net.core;

/// Hears the events of one socket of the stack, to which it is attached: whatever wraps that socket
/// implements it.
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
