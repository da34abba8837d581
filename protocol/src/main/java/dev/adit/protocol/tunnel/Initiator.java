package dev.adit.protocol.tunnel;

import dev.adit.protocol.session.Session;

import org.jspecify.annotations.Nullable;

/// Decides when a peer's handshakes are initiated, and counts the tries (paper §6.2 to §6.4). The
/// peer acts on the answers. Guarded by the peer's monitor.
final class Initiator {
    private final Timers timers;
    private boolean renewed; // the session in use, while it could still be received with
    private int attempts;
    private long lastSent = LONG_AGO; // an initiation or a response

    Initiator(Timers timers) {
        this.timers = timers;
    }

    /// Starts counting, because there is something to send. Returns true when an initiation may be
    /// sent.
    boolean initiate(long now) {
        attempts = 0;
        return mayInitiate(now);
    }

    /// Renews, once, the session in use if only the peer has used it since it grew old. Returns
    /// true when an initiation has to be sent for that.
    ///
    /// @param current the session to send with, or null
    boolean renewBeforeItExpires(long now, @Nullable Session current) {
        if (renewed || current == null || !current.isInitiator()) return false;
        if (current.age(now) < Limits.REKEY_ON_RECEIVE) return false;
        renewed = true;
        return initiate(now);
    }

    /// True when no response came to any of the tries that there may be.
    boolean isExhausted() {
        return attempts > Limits.MAX_TIMER_HANDSHAKES;
    }

    /// Counts another try, and returns its number; the first initiation was try 1.
    int retry() {
        return ++attempts + 1;
    }

    /// False within Rekey-Timeout of the last handshake message, and while the interface is down.
    boolean mayInitiate(long now) {
        return timers.isRunning() && now - lastSent >= Limits.REKEY_TIMEOUT;
    }

    /// The time at which the last initiation or response was sent.
    long lastSent() {
        return lastSent;
    }

    /// Records that an initiation or a response is about to be sent.
    void sent(long now) {
        lastSent = now;
    }

    /// Records that a handshake is complete.
    void completed() {
        attempts = 0;
        renewed = false;
    }

    /// Forgets all tries.
    void reset() {
        completed();
        forgetSent();
    }

    /// Forgets what was sent, so that an initiation may be sent at once.
    void forgetSent() {
        lastSent = LONG_AGO;
    }

    private static final long LONG_AGO = Long.MIN_VALUE / 2;
}
