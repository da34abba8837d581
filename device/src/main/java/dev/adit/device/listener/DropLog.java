package dev.adit.device.listener;

import dev.adit.device.event.DroppedPacket;
import dev.adit.device.listener.LogLimits.Subject;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PeerIdentity;
import dev.adit.protocol.wire.Message;

import org.jspecify.annotations.Nullable;

/// Logs dropped packets at debug level: a few handshake messages a second for each kind of reason,
/// and one data packet. Thread-safe.
final class DropLog {
    private final LogWriter log;
    private final LogLimits limits;

    DropLog(LogWriter log, LogLimits limits) {
        this.log = log;
        this.limits = limits;
    }

    /// Logs a drop, if it is worth a message and within the limits.
    ///
    /// @param packet the packet, or null when it is not there any more: then only the counters have
    ///   it
    void dropped(DropReason reason, @Nullable PeerIdentity peer, @Nullable DroppedPacket packet) {
        if (packet == null || !log.isDebugging()) return;
        if (packet.isInner()) data(reason, peer, packet);
        else message(reason, packet);
    }

    private void data(DropReason reason, @Nullable PeerIdentity peer, DroppedPacket packet) {
        switch (reason) {
            case NO_ROUTE, NO_ENDPOINT, ROUTING_LOOP, UNALLOWED_SOURCE -> {}
            case NOT_IP -> {
                if (packet.sender() == null) return; // from the interface
            }
            default -> {
                return;
            }
        }
        if (limits.takeForData()) log.debug(DropMessages.ofData(reason, peer, packet));
    }

    private void message(DropReason reason, DroppedPacket packet) {
        int type = Message.classify(packet.memory(), packet.offset(), packet.length());
        switch (type) {
            case Message.INITIATION, Message.RESPONSE, Message.COOKIE_REPLY -> {}
            default -> {
                return;
            }
        }
        // The sender is found out only now: under a flood that is not worth it.
        if (limits.take(subject(reason))) {
            log.debug(DropMessages.ofMessage(type, reason, packet.sender()));
        }
    }

    private static Subject subject(DropReason reason) {
        return switch (reason) {
            case INVALID_MAC -> Subject.INVALID_MAC;
            case RATE_LIMITED -> Subject.RATE_LIMITED;
            case INTERFACE_DOWN, HANDSHAKE_QUEUE_FULL -> Subject.DROPPED;
            default -> Subject.INVALID;
        };
    }
}
