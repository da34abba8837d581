package dev.adit.protocol.sim;

/// What an observer takes a datagram for.
public enum MessageKind {
    INITIATION,
    RESPONSE,
    COOKIE_REPLY,
    /// Transport data that carries nothing.
    KEEPALIVE,
    /// Transport data that carries a packet.
    DATA,
    /// Nothing of WireGuard's.
    OTHER;

    /// By the first four bytes and the length alone.
    public static MessageKind of(byte[] datagram) {
        int length = datagram.length;
        if (length < 32 || (datagram[1] | datagram[2] | datagram[3]) != 0) return OTHER;
        return switch (datagram[0]) {
            case 1 -> length == 148 ? INITIATION : OTHER;
            case 2 -> length == 92 ? RESPONSE : OTHER;
            case 3 -> length == 64 ? COOKIE_REPLY : OTHER;
            case 4 -> length == 32 ? KEEPALIVE : DATA;
            default -> OTHER;
        };
    }
}
