package dev.adit.stack.socket;

import org.jspecify.annotations.Nullable;

/// An ICMP echo request (RFC 792, RFC 4443) that was sent. Thread-safe.
public interface Echo {
    /// Nanoseconds until the reply came; -1 while there is none.
    long roundTrip();

    /// The ICMP error that answered the request, the type times 256 plus the code, or 0.
    int error();

    /// Forgets the request; a reply is ignored from now on. Idempotent.
    void close();

    /// Keeps an object of the program's, to be found again in [StackEvents].
    void attach(Object object);

    /// The object that was attached last, or null.
    @Nullable Object attachment();
}
