package dev.adit.protocol.tunnel;

/// Decides when handshakes have to be paid for with a cookie: while an eighth of the queue is full,
/// and for a second after (reference: the kernel's `wg_receive_handshake_packet`). Confined to the
/// caller's lock.
///
/// Under load, messages of senders that have proved nothing are not queued at all, so the queue
/// does not tell whether they still come. Therefore the load also goes on as long as the queue
/// would be filled once in a second.
final class LoadMonitor {
    private final int capacity;
    private long until = Long.MIN_VALUE;
    private long counted; // messages since `since`
    private long since;

    /// For a queue of `capacity` messages.
    LoadMonitor(int capacity) {
        this.capacity = capacity;
    }

    /// True when `queued` messages, or those of the last second, are a load. To be called once for
    /// each message.
    boolean underLoad(long now, int queued) {
        if (queued >= capacity / 8) until = now + Limits.SECOND;
        if (now >= until) {
            counted = 0;
            return false;
        }
        if (counted == 0 || now - since >= Limits.SECOND) {
            since = now;
            counted = 0;
        }
        if (++counted >= capacity) until = now + Limits.SECOND;
        return true;
    }
}
