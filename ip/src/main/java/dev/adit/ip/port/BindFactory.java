package dev.adit.ip.port;

import java.io.IOException;
import java.net.InetSocketAddress;

/// Opens UDP sockets. Found with [java.util.ServiceLoader]. Thread-safe.
public interface BindFactory {
    /// Opens an IPv4 and an IPv6 socket on the same port.
    ///
    /// @param port 1 to 65535, or 0 for one that is free for both
    /// @param fwmark the firewall mark of packets sent, or 0
    /// @throws ErrnoException when the system refuses; its errno is `EADDRINUSE` when the port is
    ///   taken
    Bind open(int port, int fwmark) throws IOException;

    /// Connects a client socket whose packets take the route of those of a [Bind] with that mark.
    ///
    /// @param stream true for TCP, false for UDP
    /// @param fwmark the firewall mark, not 0
    /// @param millis how long to wait for a connection
    /// @throws IOException when there is no route to `to`, it does not answer, or this factory has
    ///   no such sockets
    default ClientSocket connect(boolean stream, InetSocketAddress to, int fwmark, int millis)
            throws IOException {
        throw new IOException("a firewall mark needs the platform's own sockets");
    }
}
