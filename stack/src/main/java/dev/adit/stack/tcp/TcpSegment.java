package dev.adit.stack.tcp;

import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.header.Checksum;
import dev.adit.ip.header.TransportHeader;
import dev.adit.stack.ip.IpHeader;
import dev.adit.stack.stats.Counter;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/// A received segment taken apart (RFC 9293 §3.1, RFC 7323, RFC 2018). Reused; confined to the
/// thread that receives.
public final class TcpSegment {
    MemorySegment slab = MemorySegment.NULL;
    long data; // where the payload begins
    int length; // bytes of payload
    int localPort;
    int remotePort;
    int sequence;
    int acknowledgement;
    int flags;
    int window; // as it stands there, 0 to 65535
    boolean isCongested; // the IP header says CE (RFC 3168)

    int maxSegment; // -1 without the option
    int windowShift; // -1 without the option
    boolean maySack;
    boolean hasTimestamps;
    int timestamp;
    int timestampEcho;
    int sacks;
    final int[] sackFrom = new int[MAX_SACKS];
    final int[] sackTo = new int[MAX_SACKS];

    /// A segment that has nothing yet.
    public TcpSegment() {}

    /// Takes the segment in `in` apart.
    ///
    /// @return null, or why it is dropped
    public @Nullable Counter parse(IpHeader in) {
        slab = in.slab;
        long at = in.payload;
        if (in.payloadLength < TransportHeader.TCP_HEADER) return Counter.BAD_TRANSPORT_HEADER;
        int header = (slab.get(ByteOrders.U8, at + TransportHeader.TCP_DATA_OFFSET) >> 4 & 15) * 4;
        if (header < TransportHeader.TCP_HEADER || header > in.payloadLength) {
            return Counter.BAD_TRANSPORT_HEADER;
        }
        long pseudo = in.pseudoHeader() + in.payloadLength;
        if (Checksum.of(slab, at, in.payloadLength, pseudo) != 0) return Counter.BAD_CHECKSUM;
        remotePort = slab.get(ByteOrders.BE16, at) & 0xffff;
        localPort = slab.get(ByteOrders.BE16, at + 2) & 0xffff;
        sequence = slab.get(ByteOrders.BE32, at + TransportHeader.TCP_SEQUENCE);
        acknowledgement = slab.get(ByteOrders.BE32, at + TransportHeader.TCP_ACKNOWLEDGEMENT);
        flags = slab.get(ByteOrders.U8, at + TransportHeader.TCP_FLAGS) & 0xff;
        window = slab.get(ByteOrders.BE16, at + TransportHeader.TCP_WINDOW) & 0xffff;
        isCongested = (in.trafficClass & 3) == 3;
        data = at + header;
        length = in.payloadLength - header;
        maxSegment = windowShift = -1;
        maySack = hasTimestamps = false;
        sacks = 0;
        if (header > TransportHeader.TCP_HEADER)
            parseOptions(at + TransportHeader.TCP_HEADER, data);
        return null;
    }

    /// Options of a length that cannot be end the list; what was read so far counts.
    private void parseOptions(long from, long end) {
        // The usual layout of a segment that is not a SYN: two NOPs and timestamps.
        if (end - from == 12 && slab.get(ByteOrders.BE32, from) == NOP_NOP_TIMESTAMPS) {
            timestamps(from + 2);
            return;
        }
        long at = from;
        while (at < end) {
            int kind = slab.get(ByteOrders.U8, at) & 0xff;
            if (kind == END) return;
            if (kind == NOP) {
                at++;
                continue;
            }
            if (at + 2 > end) return;
            int bytes = slab.get(ByteOrders.U8, at + 1) & 0xff;
            if (bytes < 2 || at + bytes > end) return;
            option(kind, bytes, at);
            at += bytes;
        }
    }

    private void option(int kind, int bytes, long at) {
        switch (kind) {
            case MAX_SEGMENT -> {
                if (isSyn() && bytes == 4) maxSegment = slab.get(ByteOrders.BE16, at + 2) & 0xffff;
            }
            case WINDOW_SCALE -> {
                if (!isSyn() || bytes != 3) return;
                windowShift = Math.min(slab.get(ByteOrders.U8, at + 2) & 0xff, 14);
            }
            case SACK_PERMITTED -> maySack |= isSyn() && bytes == 2;
            case TIMESTAMPS -> {
                if (bytes == 10) timestamps(at);
            }
            case SACK -> {
                if ((bytes - 2) % 8 == 0) sackBlocks(at + 2, (bytes - 2) / 8);
            }
            default -> {}
        }
    }

    private void timestamps(long at) {
        hasTimestamps = true;
        timestamp = slab.get(ByteOrders.BE32, at + 2);
        timestampEcho = slab.get(ByteOrders.BE32, at + 6);
    }

    private void sackBlocks(long at, int number) {
        for (int i = 0; i < number && sacks < MAX_SACKS; i++) {
            sackFrom[sacks] = slab.get(ByteOrders.BE32, at + 8L * i);
            sackTo[sacks++] = slab.get(ByteOrders.BE32, at + 8L * i + 4);
        }
    }

    boolean isSyn() {
        return (flags & TransportHeader.SYN) != 0;
    }

    boolean isAck() {
        return (flags & TransportHeader.ACK) != 0;
    }

    boolean isReset() {
        return (flags & TransportHeader.RST) != 0;
    }

    boolean isFin() {
        return (flags & TransportHeader.FIN) != 0;
    }

    /// Sequence numbers that the segment occupies.
    int sequences() {
        return length + (isSyn() ? 1 : 0) + (isFin() ? 1 : 0);
    }

    static final int END = 0;
    static final int NOP = 1;
    static final int MAX_SEGMENT = 2;
    static final int WINDOW_SCALE = 3;
    static final int SACK_PERMITTED = 4;
    static final int SACK = 5;
    static final int TIMESTAMPS = 8;
    static final int NOP_NOP_TIMESTAMPS = 0x0101080a;
    private static final int MAX_SACKS = 4;
}
