package dev.adit.protocol.wire;

/// Offsets in the second handshake message (paper §5.4.3).
public final class Response {
    public static final int SENDER = 4;
    public static final int RECEIVER = 8;
    public static final int EPHEMERAL = 12;
    public static final int EMPTY = 44;
    public static final int MAC1 = 60;
    public static final int MAC2 = 76;
    public static final int LENGTH = 92;

    private Response() {}
}
