package dev.adit.ip.port;

import java.io.IOException;
import java.net.InetAddress;

/// A connected socket of a client: datagrams over UDP, or a stream over TCP. Confined to one
/// thread.
public interface ClientSocket extends AutoCloseable {
    /// The address that the system chose for this end.
    InetAddress localAddress() throws IOException;

    /// Sends all of `bytes`: one datagram, or the next bytes of a stream.
    void write(byte[] bytes) throws IOException;

    /// Waits for a datagram, or for the next bytes of a stream. What does not fit of a datagram is
    /// lost.
    ///
    /// @param at where in `buffer` they begin
    /// @return how many bytes came; -1 at the end of a stream
    /// @throws java.net.SocketTimeoutException when none have come within so many milliseconds
    int read(byte[] buffer, int at, int millis) throws IOException;

    /// Idempotent.
    @Override
    void close();
}
