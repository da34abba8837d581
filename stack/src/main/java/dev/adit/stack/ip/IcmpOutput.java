package dev.adit.stack.ip;

import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.header.Checksum;
import dev.adit.ip.header.IpPacket;
import dev.adit.stack.stats.Counter;
import dev.adit.stack.stats.Counters;

import java.lang.foreign.MemorySegment;

/// Makes ICMP messages (RFC 792, RFC 4443): answers to echo requests, and errors, each at most
/// 1,000 a second.
///
/// Thread-safe.
public final class IcmpOutput {
    private final ControlQueue queue;
    private final Counters counters;
    private final RateLimit echoes = new RateLimit(PER_SECOND);
    private final RateLimit errors = new RateLimit(PER_SECOND);

    public IcmpOutput(ControlQueue queue, Counters counters) {
        this.queue = queue;
        this.counters = counters;
    }

    /// True when the checksum of the ICMP message in `in` is right.
    public static boolean hasGoodChecksum(IpHeader in) {
        if (in.payloadLength < ICMP_HEADER) return false;
        long pseudo = in.v6 ? in.pseudoHeader() + in.payloadLength : 0;
        return Checksum.of(in.slab, in.payload, in.payloadLength, pseudo) == 0;
    }

    /// Answers the echo request in `in`, whose memory becomes the answer: type 0 or 129, and the
    /// addresses change places.
    public void echo(long now, IpHeader in) {
        int total = IpWriter.headerLength(in.v6) + in.payloadLength;
        if (!mayAnswer(now, echoes)) return;
        // The answer has no options, so it begins where a header fits before the message.
        long at = in.payload - IpWriter.headerLength(in.v6);
        writeHeader(in.slab, at, in, in.payloadLength, in.trafficClass & ~ECN_MASK);
        in.slab.set(ByteOrders.U8, in.payload, (byte) (in.v6 ? V6_ECHO_REPLY : ECHO_REPLY));
        finish(in.slab, at, in.v6, in.payloadLength);
        counters.count(Counter.ICMP_ECHOES_ANSWERED);
        queue.add(in.slab, at, total);
    }

    /// Says that nothing listens on the UDP port that `in` is for.
    public void portUnreachable(long now, IpHeader in, PacketScratch scratch) {
        error(now, in, scratch, in.v6 ? 1 : 3, in.v6 ? 4 : 3, 0);
    }

    /// Says that the protocol of an IPv4 packet is unknown, or what is wrong with the headers of an
    /// IPv6 packet.
    public void headerProblem(long now, IpHeader in, PacketScratch scratch) {
        if (!in.v6) error(now, in, scratch, 3, 2, 0);
        else if (in.problemCode >= 0) {
            error(now, in, scratch, 4, in.problemCode, in.problemPointer);
        }
    }

    private void error(long now, IpHeader in, PacketScratch scratch, int type, int code, int word) {
        if (in.isFragment && in.fragmentOffset != 0 || mayBeError(in)) return;
        if (!mayAnswer(now, errors)) return;
        int header = IpWriter.headerLength(in.v6);
        int quoted = Math.min(in.length, (in.v6 ? V6_MAX : V4_MAX) - header - ICMP_HEADER);
        MemorySegment out = scratch.memory();
        writeHeader(out, 0, in, ICMP_HEADER + quoted, 0);
        out.set(ByteOrders.U8, header, (byte) type);
        out.set(ByteOrders.U8, header + 1, (byte) code);
        out.set(ByteOrders.BE32, header + 4, word);
        MemorySegment.copy(in.slab, in.offset, out, header + ICMP_HEADER, quoted);
        finish(out, 0, in.v6, ICMP_HEADER + quoted);
        counters.count(Counter.ICMP_ERRORS_SENT);
        queue.add(out, 0, header + ICMP_HEADER + quoted);
    }

    /// No error answers an error (RFC 1122 §3.2.2, RFC 4443 §2.4).
    private static boolean mayBeError(IpHeader in) {
        if (in.protocol != (in.v6 ? IpHeader.ICMPV6 : IpHeader.ICMP)) return false;
        if (in.payloadLength == 0) return true;
        int type = in.slab.get(ByteOrders.U8, in.payload) & 0xff;
        return in.v6 ? type < V6_FIRST_INFORMATIONAL : type != ECHO_REPLY && type != ECHO_REQUEST;
    }

    private boolean mayAnswer(long now, RateLimit limit) {
        if (limit.allows(now)) return true;
        counters.count(Counter.RATE_LIMITED);
        return false;
    }

    /// An IP header from the destination of `in` to its source.
    private static void writeHeader(
            MemorySegment out, long at, IpHeader in, int payload, int trafficClass) {
        if (in.v6) {
            long label = (long) (6 << 28 | trafficClass << 20) & 0xffffffffL;
            out.set(
                    ByteOrders.BE64,
                    at,
                    label << 32 | (long) payload << 16 | IpHeader.ICMPV6 << 8 | 64);
            out.set(ByteOrders.BE64, at + IpPacket.V6_SOURCE, in.destinationHigh);
            out.set(ByteOrders.BE64, at + IpPacket.V6_SOURCE + 8, in.destinationLow);
            out.set(ByteOrders.BE64, at + IpPacket.V6_DESTINATION, in.sourceHigh);
            out.set(ByteOrders.BE64, at + IpPacket.V6_DESTINATION + 8, in.sourceLow);
            return;
        }
        out.set(ByteOrders.BE16, at, (short) (0x4500 | trafficClass));
        out.set(
                ByteOrders.BE16,
                at + IpPacket.V4_TOTAL_LENGTH,
                (short) (IpPacket.V4_HEADER + payload));
        out.set(ByteOrders.BE32, at + IpPacket.V4_ID, 0); // may be cut on its way: RFC 6864 §4.1
        out.set(ByteOrders.U8, at + IpPacket.V4_TTL, (byte) IpWriter.HOPS);
        out.set(ByteOrders.U8, at + IpPacket.V4_PROTOCOL, (byte) IpHeader.ICMP);
        out.set(ByteOrders.BE32, at + IpPacket.V4_SOURCE, (int) (in.destinationHigh >>> 32));
        out.set(ByteOrders.BE32, at + IpPacket.V4_DESTINATION, (int) (in.sourceHigh >>> 32));
        IpPacket.setV4Checksum(out, at, IpPacket.V4_HEADER);
    }

    private static void finish(MemorySegment out, long at, boolean v6, int length) {
        long icmp = at + IpWriter.headerLength(v6);
        if (v6) {
            IpWriter.checksum(out, at, icmp, length, IpHeader.ICMPV6, CHECKSUM);
            return;
        }
        out.set(ByteOrders.BE16, icmp + CHECKSUM, (short) 0);
        out.set(ByteOrders.BE16, icmp + CHECKSUM, (short) Checksum.of(out, icmp, length, 0));
    }

    public static final int ECHO_REPLY = 0;
    public static final int ECHO_REQUEST = 8;
    public static final int V6_ECHO_REQUEST = 128;
    public static final int V6_ECHO_REPLY = 129;
    static final int ICMP_HEADER = 8;
    private static final int V6_FIRST_INFORMATIONAL = 128;
    private static final int CHECKSUM = 2;
    private static final int V4_MAX = 576;
    private static final int V6_MAX = 1280;
    private static final int ECN_MASK = 3;
    private static final int PER_SECOND = 1000;
}
