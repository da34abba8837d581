package dev.adit.stack.ip;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.header.Checksum;
import dev.adit.ip.header.IpPacket;

import java.lang.foreign.MemorySegment;

/// Writes IP headers. Stateless.
public final class IpWriter {
    /// Bytes of a header of this family without options.
    public static int headerLength(boolean v6) {
        return v6 ? IpPacket.V6_HEADER : IpPacket.V4_HEADER;
    }

    /// Writes a header, the checksum included.
    ///
    /// @param payload bytes behind the header
    /// @param label the IPv4 identification, or the IPv6 flow label
    /// @param fragment the IPv4 field of flags and fragment offset; [#DONT_FRAGMENT] for whole ones
    public static void write(
            MemorySegment out,
            long at,
            IpAddress source,
            IpAddress destination,
            int protocol,
            int payload,
            int trafficClass,
            int label,
            int fragment) {
        if (source.v6()) {
            out.set(ByteOrders.BE32, at, 6 << 28 | trafficClass << 20 | label & 0xfffff);
            out.set(ByteOrders.BE16, at + IpPacket.V6_PAYLOAD, (short) payload);
            out.set(ByteOrders.U8, at + IpPacket.V6_NEXT_HEADER, (byte) protocol);
            out.set(ByteOrders.U8, at + V6_HOP_LIMIT, (byte) HOPS);
            putV6(out, at + IpPacket.V6_SOURCE, source);
            putV6(out, at + IpPacket.V6_DESTINATION, destination);
            return;
        }
        out.set(ByteOrders.BE16, at, (short) (0x4500 | trafficClass));
        out.set(
                ByteOrders.BE16,
                at + IpPacket.V4_TOTAL_LENGTH,
                (short) (IpPacket.V4_HEADER + payload));
        out.set(ByteOrders.BE16, at + IpPacket.V4_ID, (short) label);
        out.set(ByteOrders.BE16, at + IpPacket.V4_FRAGMENT, (short) fragment);
        out.set(ByteOrders.U8, at + IpPacket.V4_TTL, (byte) HOPS);
        out.set(ByteOrders.U8, at + IpPacket.V4_PROTOCOL, (byte) protocol);
        out.set(ByteOrders.BE32, at + IpPacket.V4_SOURCE, (int) (source.high() >>> 32));
        out.set(ByteOrders.BE32, at + IpPacket.V4_DESTINATION, (int) (destination.high() >>> 32));
        IpPacket.setV4Checksum(out, at, IpPacket.V4_HEADER);
    }

    private static void putV6(MemorySegment out, long at, IpAddress address) {
        out.set(ByteOrders.BE64, at, address.high());
        out.set(ByteOrders.BE64, at + 8, address.low());
    }

    /// Writes the checksum of a transport of `length` bytes at `transport`.
    ///
    /// @param packet where its IP packet begins
    /// @param field where the checksum goes, from the beginning of the transport
    public static void checksum(
            MemorySegment out, long packet, long transport, int length, int protocol, int field) {
        out.set(ByteOrders.BE16, transport + field, (short) 0);
        long pseudo = IpPacket.pseudoHeader(out, packet, protocol) + length;
        out.set(
                ByteOrders.BE16,
                transport + field,
                (short) Checksum.of(out, transport, length, pseudo));
    }

    /// The IPv4 flag of a packet that is not to be cut.
    public static final int DONT_FRAGMENT = 0x4000;

    /// TTL and hop limit of what is sent.
    static final int HOPS = 64;

    private static final int V6_HOP_LIMIT = 7;

    private IpWriter() {}
}
