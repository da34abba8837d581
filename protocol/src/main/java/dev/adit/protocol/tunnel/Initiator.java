package dev.adit.protocol.tunnel;

import dev.adit.protocol.session.Session;
import dev.adit.protocol.tunnel.Actions.PeerEvent;

/// Decides when a peer's handshakes are initiated, and counts the tries (paper §6.2 to §6.4).
/// Guarded by the peer's monitor.
final class Initiator {
    private final Peer peer;
    private final Timers timers;
    private boolean renewed; // the session in use, while it could still be received with
    private int attempts;
    private long lastSent = LONG_AGO; // an initiation or a response

    Initiator(Peer peer, Timers timers) {
        this.peer = peer;
        this.timers = timers;
    }

    /// Wants an initiation because there is something to send.
    void initiate(long now, Actions actions) {
        attempts = 0;
        initiateAgain(now, actions);
    }

    private void initiateAgain(long now, Actions actions) {
        if (mayInitiate(now)) actions.initiation(peer);
    }

    /// Renews, once, the session in use if only the peer has used it since it grew old.
    ///
    /// @param current the session to send with, or null
    void renewBeforeItExpires(long now, Session current, Actions actions) {
        if (renewed || current == null || !current.isInitiator()) return;
        if (current.age(now) < Limits.REKEY_ON_RECEIVE) return;
        renewed = true;
        initiate(now, actions);
    }

    /// Nothing has come in answer to the last initiation.
    void retransmit(long now, Actions actions) {
        if (attempts > Limits.MAX_TIMER_HANDSHAKES) {
            actions.report(peer, PeerEvent.GAVE_UP, Limits.MAX_TIMER_HANDSHAKES + 2);
            timers.handshakeGivenUp(now);
            actions.dropStaged(peer);
            return;
        }
        attempts++;
        actions.report(peer, PeerEvent.RETRYING, attempts + 1);
        peer.clearSource();
        initiateAgain(now, actions);
        // A response of ours may have been sent in the meantime, and nothing come of it either.
        if (!mayInitiate(now)) timers.handshakeInitiated(lastSent);
    }

    /// False within Rekey-Timeout of the last handshake message, and while the interface is down.
    boolean mayInitiate(long now) {
        return timers.isRunning() && now - lastSent >= Limits.REKEY_TIMEOUT;
    }

    /// An initiation or a response is about to be sent.
    void sent(long now) {
        lastSent = now;
    }

    /// A handshake is complete.
    void completed() {
        attempts = 0;
        renewed = false;
    }

    /// Begins anew.
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
