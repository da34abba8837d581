package dev.adit.protocol.wire;

/// Offsets in transport data (paper §5.4.6): a header, the encrypted packet and its tag.
public final class TransportData {
    public static final int RECEIVER = 4;
    public static final int COUNTER = 8;
    public static final int HEADER_LENGTH = 16;
    public static final int TAG_LENGTH = 16;

    /// The length of a keepalive, which has no payload.
    public static final int MIN_LENGTH = HEADER_LENGTH + TAG_LENGTH;

    /// The number of bytes that transport adds to a padded packet.
    public static final int OVERHEAD = MIN_LENGTH;

    private TransportData() {}
}
