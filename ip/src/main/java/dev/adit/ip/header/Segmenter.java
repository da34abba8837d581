package dev.adit.ip.header;

import dev.adit.ip.bytes.ByteOrders;

import java.lang.foreign.MemorySegment;

/// Cuts a super-packet into the packets it represents, as a network card would: each gets a copy of
/// the headers with its own lengths, sequence number, flags, IPv4 identification and checksums.
///
/// Confined to the thread that owns it. Allocates nothing.
public final class Segmenter {
    private MemorySegment slab = MemorySegment.NULL;
    private long offset;
    private int payload; // bytes of it in the whole super-packet
    private int segmentSize;
    private int count;

    private boolean v6;
    private int protocol;
    private int transport; // offset of its header in the packet
    private int headers; // bytes of all headers
    private long pseudoHeader;

    /// A segmenter without anything to cut.
    public Segmenter() {}

    /// Begins with the super-packet of `length` bytes at `offset`, which has to stay unchanged
    /// until its last segment is written.
    ///
    /// @param segmentSize bytes of payload in each segment but the last
    /// @return the number of segments; 0 when the packet is not a whole TCP or UDP packet, is a
    ///   fragment, or would have a segment longer than its header can state
    public int begin(MemorySegment slab, long offset, int length, int segmentSize) {
        this.slab = slab;
        this.offset = offset;
        this.segmentSize = segmentSize;
        count = 0;
        if (segmentSize <= 0 || !findTransport(length) || !findPayload(length)) return 0;
        pseudoHeader = IpPacket.pseudoHeader(slab, offset, protocol);
        payload = length - headers;
        if (length(0) > (v6 ? MAX_LENGTH + IpPacket.V6_HEADER : MAX_LENGTH)) return 0;
        return count = Math.max(1, Math.ceilDiv(payload, segmentSize));
    }

    private boolean findTransport(int length) {
        switch (IpPacket.version(slab, offset, length)) {
            case 4 -> {
                v6 = false;
                transport = (slab.get(ByteOrders.U8, offset) & 15) * 4;
                protocol = slab.get(ByteOrders.U8, offset + IpPacket.V4_PROTOCOL) & 0xff;
                int fragment = slab.get(ByteOrders.BE16, offset + IpPacket.V4_FRAGMENT);
                return transport >= IpPacket.V4_HEADER && (fragment & NOT_WHOLE) == 0;
            }
            case 6 -> {
                v6 = true;
                transport = IpPacket.V6_HEADER;
                protocol = slab.get(ByteOrders.U8, offset + IpPacket.V6_NEXT_HEADER) & 0xff;
                while (mayPrecede(protocol)) {
                    if (transport + EXTENSION_UNIT > length) return false;
                    long at = offset + transport;
                    protocol = slab.get(ByteOrders.U8, at) & 0xff;
                    transport += ((slab.get(ByteOrders.U8, at + 1) & 0xff) + 1) * EXTENSION_UNIT;
                }
                return true;
            }
            default -> {
                return false;
            }
        }
    }

    /// True for an IPv6 extension header that may precede TCP or UDP in an unfragmented packet.
    private static boolean mayPrecede(int header) {
        return header == HOP_BY_HOP || header == ROUTING || header == DESTINATION_OPTIONS;
    }

    private boolean findPayload(int length) {
        switch (protocol) {
            case IpPacket.TCP -> {
                if (transport + TransportHeader.TCP_HEADER > length) return false;
                long at = offset + transport + TransportHeader.TCP_DATA_OFFSET;
                int bytes = (slab.get(ByteOrders.U8, at) >> 4 & 15) * 4;
                headers = transport + bytes;
                return bytes >= TransportHeader.TCP_HEADER && headers <= length;
            }
            case IpPacket.UDP -> {
                headers = transport + TransportHeader.UDP_HEADER;
                return headers <= length;
            }
            default -> {
                return false;
            }
        }
    }

    /// The length of segment `i` including its headers.
    public int length(int i) {
        return headers + Math.min(segmentSize, payload - i * segmentSize);
    }

    /// Writes segment `i` to `at` of `out`, which has to have room for its length.
    public void write(int i, MemorySegment out, long at) {
        int from = i * segmentSize;
        int bytes = Math.min(segmentSize, payload - from);
        MemorySegment.copy(slab, offset, out, at, headers);
        MemorySegment.copy(slab, offset + headers + from, out, at + headers, bytes);
        if (v6) {
            int payloadLength = headers - IpPacket.V6_HEADER + bytes;
            out.set(ByteOrders.BE16, at + IpPacket.V6_PAYLOAD, (short) payloadLength);
        } else {
            out.set(ByteOrders.BE16, at + IpPacket.V4_TOTAL_LENGTH, (short) (headers + bytes));
            short id = slab.get(ByteOrders.BE16, offset + IpPacket.V4_ID);
            out.set(ByteOrders.BE16, at + IpPacket.V4_ID, (short) (id + i));
            IpPacket.setV4Checksum(out, at, transport);
        }
        if (protocol == IpPacket.TCP) finishTcp(i, out, at + transport, from);
        else finishUdp(out, at + transport, bytes);
        finishChecksum(out, at + transport, headers - transport + bytes);
    }

    private void finishTcp(int i, MemorySegment out, long tcp, int from) {
        int sequence = out.get(ByteOrders.BE32, tcp + TransportHeader.TCP_SEQUENCE);
        out.set(ByteOrders.BE32, tcp + TransportHeader.TCP_SEQUENCE, sequence + from);
        int flags = out.get(ByteOrders.U8, tcp + TransportHeader.TCP_FLAGS);
        if (i > 0)
            flags &= ~TransportHeader.CWR; // answers one signal of congestion (RFC 3168 §6.1.2)
        if (i < count - 1) flags &= ~(TransportHeader.FIN | TransportHeader.PSH);
        out.set(ByteOrders.U8, tcp + TransportHeader.TCP_FLAGS, (byte) flags);
    }

    private static void finishUdp(MemorySegment out, long udp, int bytes) {
        int length = TransportHeader.UDP_HEADER + bytes;
        out.set(ByteOrders.BE16, udp + TransportHeader.UDP_LENGTH, (short) length);
    }

    private void finishChecksum(MemorySegment out, long at, int length) {
        boolean tcp = protocol == IpPacket.TCP;
        long field = at + (tcp ? TransportHeader.TCP_CHECKSUM : TransportHeader.UDP_CHECKSUM);
        out.set(ByteOrders.BE16, field, (short) 0);
        int checksum = Checksum.of(out, at, length, pseudoHeader + length);
        // In UDP, zero would mean no checksum.
        out.set(ByteOrders.BE16, field, (short) (checksum == 0 && !tcp ? 0xffff : checksum));
    }

    private static final int MAX_LENGTH = 0xffff; // that IP can state; in IPv6, without the header
    private static final int NOT_WHOLE = 0x3fff; // more fragments, or an offset
    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int DESTINATION_OPTIONS = 60;
    private static final int EXTENSION_UNIT = 8;
}
