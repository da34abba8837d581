package dev.adit.protocol.sim;

import dev.adit.ip.address.Endpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// A datagram on the wire, with the fields that an observer can read. Offsets are those of the
/// figures in §5.4 of the paper, written again.
public final class CapturedDatagram {
    private final long time;
    private final Endpoint from;
    private final Endpoint to;
    private final byte[] bytes;
    private final int trafficClass;
    private final MessageKind kind;
    private int arrivals;

    public CapturedDatagram(long time, Endpoint from, Endpoint to, byte[] bytes, int trafficClass) {
        this.time = time;
        this.from = from;
        this.to = to;
        this.bytes = bytes;
        this.trafficClass = trafficClass;
        kind = MessageKind.of(bytes);
    }

    /// When it was sent.
    public long time() {
        return time;
    }

    public Endpoint from() {
        return from;
    }

    public Endpoint to() {
        return to;
    }

    public MessageKind kind() {
        return kind;
    }

    public int length() {
        return bytes.length;
    }

    /// Its outer traffic class.
    public int trafficClass() {
        return trafficClass;
    }

    /// A copy of its bytes.
    public byte[] bytes() {
        return bytes.clone();
    }

    byte[] shared() {
        return bytes;
    }

    /// How many copies of it arrived as they were sent.
    public int arrivals() {
        return arrivals;
    }

    void arrived() {
        arrivals++;
    }

    /// The sender's index, of an initiation or response.
    public int sender() {
        return littleEndian().getInt(4);
    }

    /// The index of the side that it is for; an initiation has none.
    public int receiver() {
        return littleEndian().getInt(kind == MessageKind.RESPONSE ? 8 : 4);
    }

    /// The counter of transport data.
    public long counter() {
        return littleEndian().getLong(8);
    }

    /// The ephemeral key of an initiation or response.
    public byte[] ephemeral() {
        int at = kind == MessageKind.INITIATION ? 8 : 12;
        return Arrays.copyOfRange(bytes, at, at + 32);
    }

    /// The mac1 of an initiation or response.
    public byte[] mac1() {
        return Arrays.copyOfRange(bytes, bytes.length - 32, bytes.length - 16);
    }

    /// The mac2 of an initiation or response.
    public byte[] mac2() {
        return Arrays.copyOfRange(bytes, bytes.length - 16, bytes.length);
    }

    /// True when mac2 is not zero.
    public boolean hasCookie() {
        return !Arrays.equals(mac2(), new byte[16]);
    }

    private ByteBuffer littleEndian() {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public String toString() {
        return "%s %s -> %s at %.3f s".formatted(kind, from, to, time / 1e9);
    }
}
