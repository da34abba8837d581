package dev.adit.stack.socket;

/// A request that the stack refuses at once, without a packet.
public final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    /// The kinds of refusal.
    public enum Reason {
        /// The port or the pair of addresses and ports is in use.
        ADDRESS_IN_USE,
        /// The stack has no such address, or none of the family.
        ADDRESS_NOT_AVAILABLE,
        /// All ephemeral ports to that destination are in use.
        NO_EPHEMERAL_PORT,
        /// The destination cannot be one of a connection: multicast, unspecified, or port 0.
        BAD_DESTINATION,
        /// The memory budget or the number of sockets is used up.
        NO_MEMORY,
        /// The stack is closed.
        CLOSED
    }

    private final Reason reason;

    public RefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /// The kind of refusal.
    public Reason reason() {
        return reason;
    }
}
