package dev.adit.stack.recovery;

/// Limits how much is sent during recovery: Proportional Rate Reduction with the slow start
/// reduction bound (RFC 6937). Guarded by the connection.
public final class RateReduction {
    private long delivered; // prr_delivered
    private long out; // prr_out
    private long flightSize; // RecoverFS

    public RateReduction() {}

    /// Recovery begins with `inFlight` bytes sent and not acknowledged.
    public void begin(long inFlight) {
        delivered = out = 0;
        flightSize = Math.max(1, inFlight);
    }

    /// Bytes were sent.
    public void sent(long bytes) {
        out += bytes;
    }

    /// What the congestion window is after an acknowledgement.
    ///
    /// @param bytes delivered by it
    /// @param pipe bytes in the network
    public long window(long bytes, long pipe, long threshold, int segment) {
        delivered += bytes;
        long more;
        if (pipe > threshold) {
            more = Math.ceilDiv(delivered * threshold, flightSize) - out;
        } else {
            long limit = Math.max(delivered - out, bytes) + segment;
            more = Math.min(threshold - pipe, limit);
        }
        if (out == 0) more = Math.max(more, segment); // the first retransmission is not held back
        return pipe + Math.max(0, more);
    }
}
