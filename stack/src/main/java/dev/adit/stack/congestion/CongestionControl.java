package dev.adit.stack.congestion;

/// The congestion window and slow start threshold of a connection in bytes (RFC 5681), slow start
/// with its early end (RFC 9406) and what may be undone. How the window grows in congestion
/// avoidance and shrinks on loss is for the subclasses.
///
/// Guarded by the connection.
public abstract class CongestionControl {
    protected int segment;
    protected long window;
    protected long threshold = Long.MAX_VALUE;
    private final HyStart hyStart = new HyStart();
    private long windowBefore; // the last reduction, to be undone
    private long thresholdBefore;

    protected CongestionControl() {}

    /// Starts with ten segments (RFC 6928).
    ///
    /// @param maxSegment bytes of payload in a full segment
    public void begin(int maxSegment) {
        segment = maxSegment;
        window = initialWindow();
    }

    private long initialWindow() {
        return Math.min(10L * segment, Math.max(2L * segment, 14_600));
    }

    /// The segments have another size from now on; the window keeps its bytes, but for at least one
    /// segment.
    public void resize(int maxSegment) {
        segment = maxSegment;
        window = Math.max(window, segment);
    }

    /// Bytes that may be in the network.
    public long window() {
        return window;
    }

    /// Bytes from which on the window grows slowly.
    public long threshold() {
        return threshold;
    }

    /// Bytes of payload in a full segment.
    public int segment() {
        return segment;
    }

    public boolean isSlowStart() {
        return window < threshold;
    }

    /// New data was acknowledged while the window was what limited sending.
    ///
    /// @param acked bytes
    /// @param rtt the smoothed round-trip time in nanoseconds
    /// @param limit bytes that the window does not exceed
    public void acknowledged(long now, long acked, long rtt, long limit) {
        long rest = acked;
        if (isSlowStart()) {
            long growth = hyStart.isConservative() ? acked / HyStart.GROWTH_DIVISOR : acked;
            long room = threshold == Long.MAX_VALUE ? growth : threshold - window;
            long used = Math.min(growth, room);
            window += used;
            rest = growth > room ? growth - room : 0;
        }
        if (rest > 0 && !isSlowStart()) avoid(now, rest, rtt);
        window = Math.max(segment, Math.min(window, limit));
    }

    /// A round-trip time was measured.
    ///
    /// @param rtt nanoseconds
    /// @param acked the position in the stream up to which all is acknowledged
    /// @param sent the position up to which all was sent
    public void measured(long rtt, long acked, long sent) {
        if (!isSlowStart()) return;
        if (hyStart.sample(rtt, acked, sent)) threshold = window;
    }

    /// Grows the window in congestion avoidance.
    protected abstract void avoid(long now, long acked, long rtt);

    /// What the threshold becomes after a loss.
    protected abstract long reduced();

    /// Forgets what was known of the path, after a loss was found to be none.
    protected void restored() {}

    /// Loss or an ECN signal: lowers the threshold. The window is for recovery to set.
    public void congested() {
        windowBefore = window;
        thresholdBefore = threshold;
        threshold = Math.max(reduced(), 2L * segment);
    }

    /// The retransmission timer has gone off: one segment (RFC 5681 §3.1).
    ///
    /// @param isFirst false when it went off again for the same data
    /// @param inFlight bytes that were in the network
    public void timedOut(boolean isFirst, long inFlight) {
        if (isFirst) congested();
        window = Math.max(segment, Math.min(segment, inFlight + segment));
        hyStart.restart();
    }

    /// The last reduction was for nothing.
    public void undo() {
        window = Math.max(window, windowBefore);
        threshold = Math.max(threshold, thresholdBefore);
        restored();
    }

    /// Sets the window during recovery (RFC 6937).
    public void recover(long bytes) {
        window = Math.max(segment, bytes);
    }

    /// Nothing was sent for longer than a retransmission timeout (RFC 5681 §4.1).
    public void idle() {
        window = Math.min(window, initialWindow());
        hyStart.restart();
    }
}
