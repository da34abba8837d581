package dev.adit.protocol.tunnel;

import java.time.Instant;

/// What the protocol wants done. Implementations enqueue or note it and return at once; they never
/// call back.
///
/// Calls come from any thread that drives a peer, some with the peer's monitor held.
public interface Actions {
    /// An initiation: a worker shall have the tunnel create one and send it.
    void initiation(Peer peer);

    /// A keepalive: whatever is staged shall be sent, or an empty packet if nothing is.
    void keepalive(Peer peer);

    /// A key is usable: whatever is staged shall be sent.
    void flush(Peer peer);

    /// The packets that wait for a handshake shall be dropped.
    void dropStaged(Peer peer);

    /// The time of day, for the one thing that people read: when the last handshake was.
    Instant wallClock();

    /// Something happened that an administrator may look for.
    void report(Peer peer, PeerEvent news, int number);

    /// What there is to report. The number is what the doc comment says, or 0.
    enum PeerEvent {
        /// No response within Rekey-Timeout; try `number` follows.
        RETRYING,
        /// No response to any of `number` initiations.
        GAVE_UP,
        /// Data was sent and nothing came back for `number` seconds.
        STOPPED_HEARING,
        /// Initiations were sent and nothing came back for `number` seconds. Reported after 10 s
        /// and every 5 s from then on, whatever else is sent meanwhile.
        NO_ANSWER,
        /// No new session for `number` seconds: all keys were erased.
        KEYS_ERASED,
        /// A handshake is complete; `number` is the session's local index.
        SESSION_ESTABLISHED
    }
}
