package dev.adit.stack.tcp;

/// Tunes the receive window to twice what the program reads within a round trip, so that the sender
/// may double its own window (dynamic right-sizing). Guarded by the connection.
final class WindowTuning {
    private long rtt; // nanoseconds as the receiver sees it, 0 while unknown
    private long begin;
    private long copied;
    private long copiedBefore;

    /// Takes a round-trip time in, as the echo of a timestamp gives it.
    void measured(long sample) {
        long r = Math.max(sample, LEAST);
        if (rtt == 0 || r < rtt / 2) rtt = r;
        else rtt += (r - rtt) / 8;
    }

    /// The program has taken bytes.
    ///
    /// @return the window that there should be
    long copied(long now, int bytes, long capacity) {
        copied += bytes;
        if (begin == 0) begin = now;
        if (now - begin < (rtt == 0 ? UNKNOWN : rtt)) return capacity;
        long wanted = capacity;
        if (copied > copiedBefore) {
            copiedBefore = copied;
            wanted = 2 * copied + SLACK;
        }
        begin = now;
        copied = 0;
        return wanted;
    }

    private static final long LEAST = 1_000_000;
    private static final long UNKNOWN = 100_000_000;
    private static final long SLACK = 16 << 10;
}
