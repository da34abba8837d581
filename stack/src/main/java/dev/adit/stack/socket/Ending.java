package dev.adit.stack.socket;

/// The reason why a connection ended. Immutable.
///
/// @param code for [Reason#UNREACHABLE] the ICMP type times 256 plus the ICMP code, else 0
public record Ending(Reason reason, int code) {

    /// The kinds of ending.
    public enum Reason {
        /// Both directions were closed in order.
        FINISHED,
        /// The peer answered the request to connect with a reset.
        REFUSED,
        /// The peer reset the connection.
        RESET,
        /// This side reset the connection.
        ABORTED,
        /// The network said that there is no way to the peer, while connecting.
        UNREACHABLE,
        /// The peer did not answer in time.
        TIMED_OUT,
        /// The stack was closed.
        STACK_CLOSED
    }
}
