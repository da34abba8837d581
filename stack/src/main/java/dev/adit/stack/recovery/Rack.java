package dev.adit.stack.recovery;

/// Detects losses by time: a segment is lost if one that was sent sufficiently later has arrived
/// (RACK, RFC 8985 §6). Guarded by the connection.
public final class Rack {
    private long sentAt = AckSample.NONE; // RACK.xmit_ts
    private long end; // RACK.end_seq
    private long rtt; // RACK.rtt
    private boolean reorderingSeen;
    private int windowMultiple = 1; // RACK.reo_wnd_mult
    private int windowPersist; // RACK.reo_wnd_persist
    private long duplicateRound = -1; // RACK.dsack_round: its end, or -1

    public Rack() {}

    /// Step 2 and 3 of RFC 8985 §6.2: takes in what has arrived.
    ///
    /// @param minRtt nanoseconds
    /// @param echoIsOlder the timestamp echo shows that the original arrived, not the
    ///   retransmission
    public void update(long now, AckSample sample, long minRtt, boolean echoIsOlder) {
        if (sample.isReordered) reorderingSeen = true;
        if (sample.sentAt == AckSample.NONE) return;
        long sampleRtt = now - sample.sentAt;
        if (sample.isRetransmission && (echoIsOlder || sampleRtt < minRtt)) return;
        rtt = sampleRtt;
        if (!isBefore(sentAt, end, sample.sentAt, sample.sentEnd)) return;
        sentAt = sample.sentAt;
        end = sample.sentEnd;
    }

    private static boolean isBefore(long at, long end, long otherAt, long otherEnd) {
        return at < otherAt || at == otherAt && end < otherEnd;
    }

    /// A duplicate was reported (step 4): the reordering window grows once a round trip.
    public void duplicate(long una, long nxt) {
        if (duplicateRound >= 0 && una < duplicateRound) return;
        duplicateRound = nxt;
        windowMultiple = Math.min(windowMultiple + 1, MAX_MULTIPLE);
        windowPersist = PERSIST;
    }

    /// A recovery has ended: the reordering window shrinks again after 16 of them.
    public void recovered() {
        if (windowPersist > 0 && --windowPersist == 0) windowMultiple = 1;
    }

    /// The reordering window in nanoseconds (step 4).
    private long window(SentRanges ranges, boolean inRecovery, long minRtt, long smoothed) {
        if (!reorderingSeen && (inRecovery || ranges.sackedSegments() >= DUPLICATE_THRESHOLD)) {
            return 0;
        }
        if (minRtt == Long.MAX_VALUE) return 0;
        return Math.min(windowMultiple * (minRtt / 4), smoothed);
    }

    /// Step 5: marks what is lost.
    ///
    /// @return how long until what is not yet sure becomes so, in nanoseconds; 0 when there is
    ///   nothing
    public long detect(
            long now, SentRanges ranges, boolean inRecovery, long minRtt, long smoothed) {
        if (sentAt == AckSample.NONE) return 0;
        long allowance = rtt + window(ranges, inRecovery, minRtt, smoothed);
        long longest = 0;
        for (int i = 0; i < ranges.count(); i++) {
            if (ranges.isSacked(i) || ranges.isLost(i)) continue;
            if (!isBefore(ranges.sentAt(i), ranges.end(i), sentAt, end)) continue;
            long remaining = ranges.sentAt(i) + allowance - now;
            if (remaining <= 0) ranges.markLost(i);
            else longest = Math.max(longest, remaining);
        }
        return longest;
    }

    private static final int DUPLICATE_THRESHOLD = 3;
    private static final int PERSIST = 16;
    private static final int MAX_MULTIPLE = 255;
}
