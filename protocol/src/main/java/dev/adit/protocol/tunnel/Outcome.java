package dev.adit.protocol.tunnel;

import dev.adit.protocol.verdict.DropReason;

/// What became of a handshake message or cookie reply.
///
/// @param drop why it was dropped, or null when it was accepted
/// @param peer whom it came from, or null when that is not known
/// @param replied true when a message for the sender was written
public record Outcome(DropReason drop, Peer peer, boolean replied) {
    static Outcome accepted(Peer peer, boolean replied) {
        return new Outcome(null, peer, replied);
    }

    static Outcome dropped(DropReason reason) {
        return new Outcome(reason, null, false);
    }

    static Outcome dropped(DropReason reason, Peer peer) {
        return new Outcome(reason, peer, false);
    }
}
