package dev.adit.proxy.server;

import dev.adit.proxy.stream.Duplex;

/// Serves connections. Thread-safe; each has a thread of its own.
@FunctionalInterface
public interface ConnectionHandler {
    /// Serves a connection until it ends. Closes it; nothing is thrown.
    void serve(Duplex connection);
}
