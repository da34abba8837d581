package dev.adit.it.lab;

import java.nio.charset.StandardCharsets;

/// What an observer sees in an IPv4 or IPv6 packet without options. Immutable.
public final class IpView {
    private final byte[] bytes;

    IpView(byte[] bytes) {
        this.bytes = bytes;
    }

    public boolean v6() {
        return bytes[0] >> 4 == 6;
    }

    /// The TOS or traffic class.
    public int trafficClass() {
        return v6() ? (number(0) >> 4) & 0xff : bytes[1] & 0xff;
    }

    /// The last byte of the source address.
    public int sourceHost() {
        return bytes[v6() ? 23 : 15] & 0xff;
    }

    /// The source port of a UDP datagram.
    public int sourcePort() {
        return number(headerLength());
    }

    /// The length of the payload of a UDP datagram.
    public int udpLength() {
        return number(headerLength() + 4) - 8;
    }

    /// The first byte of the payload of a UDP datagram: the type of a WireGuard message.
    public int messageType() {
        return bytes[headerLength() + 8];
    }

    /// True when the bytes of `text` are somewhere in it.
    public boolean contains(String text) {
        String all = new String(bytes, StandardCharsets.ISO_8859_1);
        return all.contains(text);
    }

    private int headerLength() {
        return v6() ? 40 : (bytes[0] & 15) * 4;
    }

    private int number(int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }

    @Override
    public String toString() {
        return "IPv%d class %02x length %d".formatted(v6() ? 6 : 4, trafficClass(), bytes.length);
    }
}
