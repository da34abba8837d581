package dev.adit.device.listener;

import dev.adit.device.event.DroppedPacket;
import dev.adit.ip.address.Endpoint;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PeerIdentity;
import dev.adit.protocol.wire.Message;

import org.jspecify.annotations.Nullable;

/// The log messages, as in the manuals, for dropped packets. Stateless.
final class DropMessages {
    /// The message for a packet from inside the tunnel, dropped for one of five reasons.
    static String ofData(DropReason reason, @Nullable PeerIdentity peer, DroppedPacket packet) {
        return switch (reason) {
            case NO_ROUTE ->
                    "No peer has allowed IPs matching "
                            + PacketAddresses.destination(packet.memory(), packet.offset());
            case NO_ENDPOINT -> "No valid endpoint has been configured or discovered for " + peer;
            case ROUTING_LOOP -> "Packet looped: the endpoint of " + peer + " is routed to it";
            case UNALLOWED_SOURCE ->
                    "Packet has unallowed src IP from %s: %s"
                            .formatted(
                                    peer, PacketAddresses.source(packet.memory(), packet.offset()));
            default -> "Packet is neither ipv4 nor ipv6 from " + peer;
        };
    }

    /// The message for a handshake message or cookie reply of this type.
    static String ofMessage(int type, DropReason reason, @Nullable Endpoint from) {
        String what = type == Message.INITIATION ? "initiation" : "response";
        return switch (reason) {
            case INVALID_MAC -> "Invalid " + what + " MAC from " + from;
            case RATE_LIMITED -> "Handshake ratelimited: " + what + " from " + from;
            case HANDSHAKE_QUEUE_FULL, INTERFACE_DOWN ->
                    "Dropping handshake packet from " + from + ": " + reason.text();
            default ->
                    switch (type) {
                        case Message.INITIATION ->
                                "Invalid handshake initiation from " + from + ": " + reason.text();
                        case Message.RESPONSE -> response(reason) + " from " + from;
                        default -> cookie(reason) + " from " + from;
                    };
        };
    }

    private static String response(DropReason reason) {
        return reason == DropReason.UNKNOWN_INDEX
                ? "Unknown handshake response"
                : "Invalid handshake response";
    }

    private static String cookie(DropReason reason) {
        return reason == DropReason.UNKNOWN_INDEX
                ? "Unknown cookie index"
                : "Could not decrypt cookie response";
    }

    private DropMessages() {}
}
