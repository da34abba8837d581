package dev.adit.net.core;

/// Something made of a socket of the stack, to which it is attached: hears what the stack tells.
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
