package dev.adit.device.pipeline;

import dev.adit.ip.address.Endpoint;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.wire.Message;

/// The log messages, as in the manuals, for dropped handshake messages and cookie replies.
/// Stateless.
final class DropMessages {
    static String ofDropped(int type, DropReason reason, Endpoint from) {
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
