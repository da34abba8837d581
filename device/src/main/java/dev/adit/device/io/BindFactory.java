package dev.adit.device.io;

import java.io.IOException;

/// Opens UDP sockets. Found with [java.util.ServiceLoader]. Thread-safe.
public interface BindFactory {
    /// Opens an IPv4 and an IPv6 socket on the same port.
    ///
    /// @param port 1 to 65535, or 0 for one that is free for both
    /// @param fwmark the firewall mark of what is sent, or 0
    /// @throws ErrnoException when the system refuses; its errno is `EADDRINUSE` when the port is
    ///   taken
    Bind open(int port, int fwmark) throws IOException;
}
