package dev.adit.proxy.stream;

import java.io.IOException;

/// Connects to targets in the tunnel. Thread-safe.
@FunctionalInterface
public interface Dialer {
    /// Connects to a host, by name or address.
    ///
    /// @throws IOException of the kind that a socket's connect throws; its type and message tell
    ///   why there is no connection
    Duplex connect(String host, int port) throws IOException;
}
