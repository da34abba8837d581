package dev.adit.device.dns;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.util.HexFormat;

/// Builds the reply of a name server, right or wrong. Confined to one thread.
public final class Answers {
    private final byte[] query;
    private final ByteArrayOutputStream records = new ByteArrayOutputStream();
    private int id;
    private int flags = 0x8180;
    private int count;

    private Answers(byte[] query) {
        this.query = query;
        id = (query[0] & 0xff) << 8 | query[1] & 0xff;
    }

    /// A reply to that query, without answers.
    public static Answers to(byte[] query) {
        return new Answers(query);
    }

    /// The type that is asked for.
    public static int type(byte[] query) {
        int end = questionEnd(query);
        return (query[end - 4] & 0xff) << 8 | query[end - 3] & 0xff;
    }

    private static int questionEnd(byte[] query) {
        int at = 12;
        while (query[at] != 0) at += query[at] + 1;
        return at + 5;
    }

    public Answers code(int code) {
        flags = flags & ~0xf | code;
        return this;
    }

    public Answers flags(int set) {
        flags |= set;
        return this;
    }

    public Answers id(int other) {
        id = other;
        return this;
    }

    /// An address of the name that was asked for.
    public Answers address(String literal) {
        byte[] bytes = InetAddress.ofLiteral(literal).getAddress();
        return record(POINTER, bytes.length == 4 ? DnsQuery.A : DnsQuery.AAAA, bytes);
    }

    /// A record of any kind; owner and data are as in the message.
    public Answers record(byte[] owner, int type, byte[] data) {
        records.writeBytes(owner);
        records.writeBytes(new byte[] {(byte) (type >> 8), (byte) type, 0, 1, 0, 0, 0, 1});
        records.writeBytes(new byte[] {(byte) (data.length >> 8), (byte) data.length});
        records.writeBytes(data);
        count++;
        return this;
    }

    public byte[] build() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int end = questionEnd(query);
        for (int value : new int[] {id, flags, 1, count, 0, 0}) {
            out.write(value >> 8);
            out.write(value);
        }
        out.write(query, 12, end - 12);
        out.writeBytes(records.toByteArray());
        return out.toByteArray();
    }

    /// A name in the form of messages.
    public static byte[] name(String host) {
        String labels = DnsQuery.name(host).orElseThrow();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        labels.chars().forEach(out::write);
        out.write(0);
        return out.toByteArray();
    }

    /// Points to the name that was asked for.
    static final byte[] POINTER = HexFormat.of().parseHex("c00c");
}
