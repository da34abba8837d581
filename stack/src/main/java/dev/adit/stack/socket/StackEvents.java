package dev.adit.stack.socket;

/// Callbacks of a stack: a connection, listener or port may be read, written or accepted from, or
/// has ended.
///
/// Calls come without any monitor held, at the end of a call into the stack, on the thread that
/// made it. They may call into the stack again. Each says that something *may* have become
/// possible, once for any number of packets.
public interface StackEvents {
    /// [Connection#read] will not return 0.
    default void readable(Connection connection) {}

    /// [Connection#write] will not return 0.
    default void writable(Connection connection) {}

    /// The handshake of a connection that this side began is done.
    default void connected(Connection connection) {}

    /// [Connection#ending] is known.
    default void ended(Connection connection) {}

    /// [Listener#accept] will not return null.
    default void acceptable(Listener listener) {}

    /// [UdpPort#receive] or [UdpPort#takeError] has something.
    default void readable(UdpPort datagrams) {}

    /// [UdpPort#send] will not return false.
    default void writable(UdpPort datagrams) {}

    /// [Echo#roundTrip] or [Echo#error] is known.
    default void answered(Echo echo) {}

    /// There is something to transmit, or the next deadline came nearer.
    default void transmit() {}

    /// Hears nothing.
    StackEvents NONE = new StackEvents() {};
}
