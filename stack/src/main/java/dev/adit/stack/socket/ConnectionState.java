package dev.adit.stack.socket;

/// The states of a TCP connection (RFC 9293 §3.3.2). A listener is not a connection, so LISTEN is
/// missing.
public enum ConnectionState {
    SYN_SENT,
    SYN_RECEIVED,
    ESTABLISHED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    CLOSE_WAIT,
    CLOSING,
    LAST_ACK,
    TIME_WAIT,
    CLOSED;

    /// True once the handshake is done and while the connection exists (RFC 9293 §3.4:
    /// synchronized).
    public boolean isSynchronized() {
        return this != SYN_SENT && this != SYN_RECEIVED && this != CLOSED;
    }
}
