package dev.adit.protocol.tunnel;

/// Decides when handshakes have to be paid for with a cookie: while an eighth of the queue is full,
/// and for a second after (reference: the kernel's `wg_receive_handshake_packet`). Confined to the
/// caller's lock.
final class LoadMonitor {
    private final int threshold;
    private long until = Long.MIN_VALUE;

    /// For a queue of `capacity` messages.
    LoadMonitor(int capacity) {
        threshold = capacity / 8;
    }

    /// True when `queued` messages, or those of the last second, are a load.
    boolean underLoad(long now, int queued) {
        if (queued >= threshold) until = now + Limits.SECOND;
        return now < until;
    }
}
