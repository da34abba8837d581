package dev.adit.protocol.tunnel;

import java.time.Instant;

/// What was counted for a peer, at one moment.
///
/// @param receivedBytes UDP payload of everything authentic that came from it
/// @param sentBytes UDP payload of everything that was sent to it
/// @param lastHandshake when a handshake was last completed; [Instant#EPOCH] for never
public record PeerStats(long receivedBytes, long sentBytes, Instant lastHandshake) {}
