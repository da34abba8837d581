package dev.adit.stack.recovery;

/// The information from one acknowledgement and its SACK blocks. Reused; guarded by the connection.
public final class AckSample {
    /// Bytes that are delivered now and were not before.
    public long delivered;

    /// Bytes of them that were selectively acknowledged.
    public long sacked;

    /// When the newest of the delivered ranges was sent, [#NONE] when nothing was delivered; where
    /// it ends; whether it was a retransmission.
    public long sentAt;

    public long sentEnd;
    public boolean isRetransmission;

    /// When the newest range was sent that was delivered and sent only once, or [#NONE].
    public long originalSentAt;

    /// The highest end of a range that was delivered and sent only once, or -1.
    public long originalEnd;

    /// Something arrived that was sent once and before something that had arrived earlier.
    public boolean isReordered;

    AckSample() {
        reset();
    }

    void reset() {
        delivered = sacked = 0;
        sentAt = originalSentAt = NONE;
        sentEnd = originalEnd = -1;
        isRetransmission = isReordered = false;
    }

    void add(long end, long bytes, long at, boolean retransmitted, boolean selectively) {
        delivered += bytes;
        if (selectively) sacked += bytes;
        if (sentAt == NONE || at > sentAt || at == sentAt && end > sentEnd) {
            sentAt = at;
            sentEnd = end;
            isRetransmission = retransmitted;
        }
        if (retransmitted) return;
        if (originalSentAt == NONE || at > originalSentAt) originalSentAt = at;
        originalEnd = Math.max(originalEnd, end);
    }

    /// No such time.
    public static final long NONE = Long.MIN_VALUE;
}
