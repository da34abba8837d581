package dev.adit.protocol.wire;

/// Offsets in the cookie reply (paper §5.4.7).
public final class CookieReply {
    public static final int RECEIVER = 4;
    public static final int NONCE = 8;
    public static final int COOKIE = 32;
    public static final int LENGTH = 64;

    private CookieReply() {}
}
