package dev.adit.protocol.tunnel;

/// Decides when handshake messages need a cookie: while an eighth of the queue is full, and for a
/// second after (reference: the kernel's `wg_receive_handshake_packet`). Guarded by the caller's
/// lock.
///
/// Under load, messages of senders that have not proved their address are not queued at all, so the
/// queue does not show whether they still arrive. Therefore the load also lasts as long as the
/// arriving messages would fill the queue once in a second.
final class LoadMonitor {
    private final int capacity;
    private long until = Long.MIN_VALUE;
    private long counted; // messages since `since`
    private long since;

    /// A monitor of a queue of `capacity` messages.
    LoadMonitor(int capacity) {
        this.capacity = capacity;
    }

    /// True when `queued` messages, or those of the last second, are a load. Has to be called once
    /// for each message.
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
