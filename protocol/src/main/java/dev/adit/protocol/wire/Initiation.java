package dev.adit.protocol.wire;

/// Offsets in the first handshake message (paper §5.4.2).
public final class Initiation {
    public static final int SENDER = 4;
    public static final int EPHEMERAL = 8;
    public static final int STATIC = 40;
    public static final int TIMESTAMP = 88;
    public static final int MAC1 = 116;
    public static final int MAC2 = 132;
    public static final int LENGTH = 148;

    private Initiation() {}
}
