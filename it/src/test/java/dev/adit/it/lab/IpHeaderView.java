package dev.adit.it.lab;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What an observer sees in an IPv4 or IPv6 packet without options. Immutable.
public final class IpHeaderView {
    private final byte[] bytes;

    IpHeaderView(byte[] bytes) {
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

    /// True for a UDP datagram over IPv4 from one of the two addresses to the other.
    public boolean isBetween(String one, String other) {
        if (v6() || bytes[9] != 17) return false;
        List<String> ends = List.of(address(12), address(16));
        return ends.equals(List.of(one, other)) || ends.equals(List.of(other, one));
    }

    private String address(int at) {
        return IntStream.range(at, at + 4)
                .mapToObj(i -> String.valueOf(bytes[i] & 0xff))
                .collect(Collectors.joining("."));
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

    /// The receiver index of a WireGuard message of transport data.
    public int receiverIndex() {
        int at = headerLength() + 12;
        return Integer.reverseBytes(number(at) << 16 | number(at + 2));
    }

    /// How many bytes there are.
    public int length() {
        return bytes.length;
    }

    /// True for TCP.
    public boolean isTcp() {
        return bytes[v6() ? 6 : 9] == 6;
    }

    /// True when the checksum of the TCP or UDP inside, and that of an IPv4 header, are right.
    public boolean hasRightChecksums() {
        int header = headerLength(), addresses = v6() ? 8 : 12;
        int protocol = bytes[v6() ? 6 : 9];
        long transport = sum(addresses, header) + sum(header, bytes.length);
        transport += protocol + bytes.length - header;
        return fold(transport) == 0xffff && (v6() || fold(sum(0, header)) == 0xffff);
    }

    private long sum(int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) sum += (bytes[i] & 0xff) << ((i - from) % 2 == 0 ? 8 : 0);
        return sum;
    }

    private static int fold(long sum) {
        long folded = sum;
        while (folded > 0xffff) folded = (folded & 0xffff) + (folded >> 16);
        return (int) folded;
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
