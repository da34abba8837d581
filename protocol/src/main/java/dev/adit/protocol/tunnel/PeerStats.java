package dev.adit.protocol.tunnel;

import java.time.Instant;

/// A peer's counters at one moment.
///
/// @param receivedBytes UDP payload of all authentic messages from the peer
/// @param sentBytes UDP payload of all messages sent to it
/// @param lastHandshake the time of the last completed handshake; [Instant#EPOCH] for never
public record PeerStats(long receivedBytes, long sentBytes, Instant lastHandshake) {}
