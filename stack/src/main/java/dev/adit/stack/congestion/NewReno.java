package dev.adit.stack.congestion;

/// NewReno: additive increase of the congestion window, halved on loss (RFC 5681 §3.1). Guarded by
/// the connection.
public final class NewReno extends CongestionControl {
    private long acked;

    public NewReno() {}

    @Override
    protected void avoid(long now, long bytes, long rtt) {
        acked += bytes;
        if (acked < window) return;
        acked -= window;
        window += segment;
    }

    @Override
    protected long reduced() {
        return window / 2;
    }
}
