package dev.adit.protocol.wire;

import dev.adit.ip.bytes.ByteOrders;

import java.lang.foreign.MemorySegment;

/// The message type, a little-endian 32-bit number at the start of every message (paper §5.4.1).
/// Stateless.
///
/// The type byte and the three reserved zero bytes are read as one number, so that a reserved byte
/// that is not zero makes the type unknown.
public final class Message {
    public static final int INITIATION = 1;
    public static final int RESPONSE = 2;
    public static final int COOKIE_REPLY = 3;
    public static final int TRANSPORT_DATA = 4;

    /// The type of the message at `offset`, or [#WRONG_LENGTH] or [#UNKNOWN] when it cannot be one.
    public static int classify(MemorySegment slab, long offset, int length) {
        if (length < 4) return WRONG_LENGTH;
        int type = slab.get(ByteOrders.LE32, offset);
        return switch (type) {
            case TRANSPORT_DATA -> length >= TransportData.MIN_LENGTH ? type : WRONG_LENGTH;
            case INITIATION -> length == Initiation.LENGTH ? type : WRONG_LENGTH;
            case RESPONSE -> length == Response.LENGTH ? type : WRONG_LENGTH;
            case COOKIE_REPLY -> length == CookieReply.LENGTH ? type : WRONG_LENGTH;
            default -> UNKNOWN;
        };
    }

    /// True when the message of this type at `offset` is an initiation or a response that has a
    /// mac2, right or wrong.
    public static boolean claimsCookie(MemorySegment slab, long offset, int type) {
        return switch (type) {
            case INITIATION -> !isZero(slab, offset + Initiation.MAC2);
            case RESPONSE -> !isZero(slab, offset + Response.MAC2);
            default -> false;
        };
    }

    private static boolean isZero(MemorySegment slab, long mac) {
        return (slab.get(ByteOrders.LE64, mac) | slab.get(ByteOrders.LE64, mac + 8)) == 0;
    }

    /// The length does not fit the type.
    public static final int WRONG_LENGTH = -1;

    /// The type is none of the four.
    public static final int UNKNOWN = -2;

    /// The offset of the type.
    public static final int TYPE = 0;

    private Message() {}
}
