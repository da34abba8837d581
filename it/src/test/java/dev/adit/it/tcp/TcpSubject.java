package dev.adit.it.tcp;

/// A TCP under test: its wire and the calls that its program makes. Calls say what came of them, in
/// words that are the same for every implementation. Confined to one thread.
interface TcpSubject extends AutoCloseable {
    /// Nanoseconds on a clock of its own.
    long time();

    /// Has a packet arrive.
    void deliver(byte[] packet) throws Exception;

    /// The next packet that is sent within `nanoseconds`, or null.
    byte[] next(long nanoseconds) throws Exception;

    /// Listens.
    void listen() throws Exception;

    /// Begins a connection to the peer.
    void connect() throws Exception;

    /// True once a connection was begun or accepted.
    boolean hasConnection();

    /// `connected`, `pending`, or why it failed.
    String connected() throws Exception;

    /// Accepts a connection: `accepted` or `none`.
    String accept() throws Exception;

    /// Writes so many bytes; how many were taken.
    String write(int bytes) throws Exception;

    /// Reads all that is there; how much, and how it ends.
    String read() throws Exception;

    /// Ends the direction towards the peer.
    String shutdown() throws Exception;

    /// Closes the connection, or with `reset` aborts it.
    void end(boolean reset) throws Exception;

    @Override
    void close();
}
