package dev.adit.protocol.tunnel;

import java.time.Instant;

/// The actions that the protocol asks its owner to take. Implementations enqueue or note an action
/// and return at once; they never call back.
///
/// Called from any thread that drives a peer, sometimes with the peer's monitor held.
public interface Actions {
    /// Asks for an initiation: a worker shall have the tunnel create one and send it.
    void initiation(Peer peer);

    /// Asks for a keepalive: staged packets shall be sent, or an empty packet if there are none.
    void keepalive(Peer peer);

    /// A session is ready: staged packets shall be sent.
    void flush(Peer peer);

    /// Asks for the packets that wait for a handshake to be dropped.
    void dropStaged(Peer peer);

    /// The time of day, used only for the last handshake's time that is shown to people.
    Instant wallClock();

    /// Reports an event that an administrator may be interested in.
    void report(Peer peer, PeerEvent event, int number);

    /// Events to report. The number passed along is described at each event, or is 0.
    enum PeerEvent {
        /// No response within Rekey-Timeout; try `number` follows.
        RETRYING,
        /// No response to any of `number` initiations.
        GAVE_UP,
        /// Data was sent and nothing came back for `number` seconds.
        STOPPED_HEARING,
        /// Initiations were sent and nothing came back for `number` seconds. Reported after 10 s
        /// and every 5 s from then on, even if other packets are sent meanwhile.
        NO_ANSWER,
        /// No new session for `number` seconds: all keys were erased.
        KEYS_ERASED,
        /// A handshake is complete; `number` is the session's local index.
        SESSION_ESTABLISHED
    }
}
