package dev.adit.proxy.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/// Connects TCP sockets in the tunnel. Thread-safe.
@FunctionalInterface
public interface StreamDialer {
    /// Connects within a time.
    ///
    /// @param millis more than zero
    Socket connect(InetAddress address, int port, int millis) throws IOException;
}
