package dev.adit.stack.socket;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/// A TCP connection (RFC 9293). Nothing blocks: a call that cannot do anything returns 0, and
/// [StackEvents] tells when it can.
///
/// Thread-safe. `now` is nanoseconds on the clock of the stack. A program must not use the object
/// as a monitor.
public interface Connection {
    /// The two ends.
    FourTuple pair();

    /// Queues bytes to be sent.
    ///
    /// @return how many were taken, 0 when there is no room now, or -1 when nothing can be written
    ///   any more: output is shut down or the connection has ended
    int write(long now, MemorySegment from, long at, int bytes);

    /// Takes bytes that were received.
    ///
    /// @return how many, 0 when there are none now, or -1 at the end of the stream or when the
    ///   connection has ended
    int read(long now, MemorySegment to, long at, int bytes);

    /// Bytes that [#read] would return at once.
    int available();

    /// True when [#read] will not return 0: there is something to read, or nothing will come any
    /// more. Where it is false, [StackEvents#readable(Connection)] tells of the change.
    boolean isReadable();

    /// True when [#write] will not return 0: there is enough room to be worth a call, or nothing
    /// can be written any more. Where it is false, [StackEvents#writable(Connection)] tells of the
    /// change.
    boolean isWritable();

    /// True when the peer has ended its direction in order; [#read] returns -1 once all of it is
    /// read, whatever becomes of the connection then.
    boolean isInputFinished();

    /// Sends FIN behind what was written; reading goes on. Idempotent.
    void shutdownOutput(long now);

    /// Gives the connection up: what was written is still sent, then FIN; what was received and not
    /// read makes it a reset (RFC 2525 §2.17). Idempotent.
    void close(long now);

    /// Resets the connection and frees all it has. Idempotent.
    void abort(long now);

    /// Replaces the options. Buffers, timestamps, selective acknowledgements, ECN and congestion
    /// control keep what was agreed at the start.
    void configure(long now, TcpOptions options);

    /// The state now.
    ConnectionState state();

    /// Why the connection ended, or null while it has not. An orderly end is told when both
    /// directions are closed.
    @Nullable Ending ending();

    /// The last ICMP error that was noted, the type times 256 plus the code, or 0 (RFC 1122
    /// §4.2.3.9). It has ended nothing.
    int lastError();

    /// Figures for diagnosis.
    ConnectionInfo info();

    /// Keeps an object of the program's, to be found again in [StackEvents].
    void attach(Object object);

    /// The object that was attached last, or null.
    @Nullable Object attachment();
}
