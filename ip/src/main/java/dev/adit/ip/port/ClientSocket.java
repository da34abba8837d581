package dev.adit.ip.port;

import java.io.IOException;
import java.net.InetAddress;

/// A connected client socket: datagrams over UDP, or a stream over TCP. Confined to one thread.
public interface ClientSocket extends AutoCloseable {
    /// The address that the system chose for this end.
    InetAddress localAddress() throws IOException;

    /// Sends all of `bytes`: one datagram, or the next bytes of a stream.
    void write(byte[] bytes) throws IOException;

    /// Waits for a datagram, or for the next bytes of a stream. The part of a datagram that does
    /// not fit is lost.
    ///
    /// @param at the offset in `buffer` to write to
    /// @return the number of bytes; -1 at the end of a stream
    /// @throws java.net.SocketTimeoutException when none have come within `millis` milliseconds
    int read(byte[] buffer, int at, int millis) throws IOException;

    /// Closes the socket. Idempotent.
    @Override
    void close();
}
