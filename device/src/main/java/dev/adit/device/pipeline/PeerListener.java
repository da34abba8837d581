package dev.adit.device.pipeline;

import dev.adit.protocol.tunnel.Peer;

/// Learns which peers answer. Called by any thread, even with a peer's monitor held: returns at
/// once, and does not call back.
public interface PeerListener {
    /// Nothing has come from `peer` for 10 s after an initiation was sent, or for 15 s after data
    /// was sent. Called again every 5 s as long as initiations go on without an answer.
    void silent(Peer peer);

    /// The system has no way to the endpoint of `peer`. Called for every batch that is refused so.
    void unreachable(Peer peer);

    /// A handshake with `peer` is complete.
    void heard(Peer peer);
}
