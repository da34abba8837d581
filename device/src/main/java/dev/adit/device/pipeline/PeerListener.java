package dev.adit.device.pipeline;

import dev.adit.protocol.tunnel.Peer;

/// A listener to which peers answer and which do not. Called by any thread, even with a peer's
/// monitor held: returns at once, and does not call back.
public interface PeerListener {
    /// No packet has come from `peer` for 10 s after an initiation was sent, or for 15 s after data
    /// was sent. Called again every 5 s as long as initiations go on without an answer.
    void silent(Peer peer);

    /// The system has no route to the endpoint of `peer`. Called for every batch refused for that
    /// reason.
    void unreachable(Peer peer);

    /// A handshake with `peer` is complete.
    void heard(Peer peer);
}
