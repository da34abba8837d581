package dev.adit.stack.socket;

import dev.adit.ip.address.IpAddress;

import org.jspecify.annotations.Nullable;

/// A port on which connections are accepted. Thread-safe.
public interface Listener {
    /// The address listened on, or null for all own addresses.
    @Nullable IpAddress address();

    /// The port, 1 to 65535.
    int port();

    /// The connection that was established first and is not accepted yet, or null.
    @Nullable Connection accept();

    /// True when there is a connection to accept. Where it is false,
    /// [StackEvents#acceptable(Listener)] tells of the change.
    boolean isAcceptable();

    /// Ends listening; connections that are not accepted are reset. Idempotent.
    void close(long now);

    /// Keeps an object of the program's, to be found again in [StackEvents].
    void attach(Object object);

    /// The object that was attached last, or null.
    @Nullable Object attachment();
}
