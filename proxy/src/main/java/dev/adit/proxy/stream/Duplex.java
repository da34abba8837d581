package dev.adit.proxy.stream;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// A connection whose two directions end separately: to a client, or to a target.
///
/// Thread-safe: one thread may read while another writes, and any thread may end it.
public interface Duplex extends Closeable {
    /// What the other end sends. Always the same stream.
    InputStream input();

    /// What the other end receives; nothing is buffered. Always the same stream.
    OutputStream output();

    /// Ends what is sent; reading goes on.
    void shutdownOutput() throws IOException;

    /// Ends both directions by a reset where there is one, so that the other end knows that what it
    /// has is not whole. Idempotent; nothing is thrown.
    void abort();

    /// Ends both directions. Idempotent; nothing is thrown.
    @Override
    void close();
}
