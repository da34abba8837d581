package dev.adit.protocol.tunnel;

import dev.adit.protocol.drop.DropReason;

import org.jspecify.annotations.Nullable;

/// The result of consuming a handshake message or cookie reply.
///
/// @param drop the reason why it was dropped, or null when it was accepted
/// @param peer the sender, or null when that is not known
/// @param replied true when a message to the sender was written
public record HandshakeOutcome(@Nullable DropReason drop, @Nullable Peer peer, boolean replied) {
    static HandshakeOutcome accepted(Peer peer, boolean replied) {
        return new HandshakeOutcome(null, peer, replied);
    }

    static HandshakeOutcome dropped(DropReason reason) {
        return new HandshakeOutcome(reason, null, false);
    }

    static HandshakeOutcome dropped(DropReason reason, Peer peer) {
        return new HandshakeOutcome(reason, peer, false);
    }
}
