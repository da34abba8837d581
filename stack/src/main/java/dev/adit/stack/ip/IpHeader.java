package dev.adit.stack.ip;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.header.Checksum;
import dev.adit.ip.header.IpPacket;
import dev.adit.stack.stats.Counter;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/// The header of a received packet, with its extension headers, checked and taken apart. Reused for
/// packet after packet; confined to the thread that receives.
///
/// Addresses are in the form of [IpAddress]: an IPv4 address is the upper half of `high`.
public final class IpHeader {
    public MemorySegment slab = MemorySegment.NULL;

    /// Where the packet begins.
    public long offset;

    /// The length of the packet as its header states it.
    public int length;

    public boolean v6;
    public long sourceHigh;
    public long sourceLow;
    public long destinationHigh;
    public long destinationLow;
    public int trafficClass;

    /// The protocol behind all headers that IP itself has.
    public int protocol;

    /// Where that protocol's header begins, and how many bytes there are from there.
    public long payload;

    public int payloadLength;

    public boolean isFragment;
    public int fragmentOffset; // bytes
    public boolean hasMoreFragments;
    public int fragmentId;

    /// For a header that asks for an ICMPv6 parameter problem (RFC 4443 §3.4): its code, or -1.
    public int problemCode;

    /// Where the problem is, from the beginning of the packet.
    public int problemPointer;

    private int next; // the field that says what follows, from the beginning of the packet

    /// A header that has nothing yet.
    public IpHeader() {}

    /// Takes the packet at `at` apart.
    ///
    /// @return null, or why it is dropped
    public @Nullable Counter parse(MemorySegment memory, long at, int bytes) {
        slab = memory;
        offset = at;
        problemCode = -1;
        isFragment = false;
        int total = IpPacket.totalLength(memory, at, bytes);
        if (total < 0) return Counter.BAD_HEADER;
        length = total;
        v6 = IpPacket.isV6(memory, at);
        trafficClass = IpPacket.trafficClass(memory, at);
        return v6 ? parseV6() : parseV4();
    }

    private @Nullable Counter parseV4() {
        int header = (slab.get(ByteOrders.U8, offset) & 15) * 4;
        if (header < IpPacket.V4_HEADER || header > length) return Counter.BAD_HEADER;
        if (Checksum.of(slab, offset, header, 0) != 0) return Counter.BAD_HEADER;
        sourceHigh = v4(IpPacket.V4_SOURCE);
        destinationHigh = v4(IpPacket.V4_DESTINATION);
        sourceLow = destinationLow = 0;
        protocol = slab.get(ByteOrders.U8, offset + IpPacket.V4_PROTOCOL) & 0xff;
        int fragment = slab.get(ByteOrders.BE16, offset + IpPacket.V4_FRAGMENT) & 0xffff;
        fragmentOffset = (fragment & 0x1fff) * 8;
        hasMoreFragments = (fragment & 0x2000) != 0;
        isFragment = hasMoreFragments || fragmentOffset != 0;
        fragmentId = slab.get(ByteOrders.BE16, offset + IpPacket.V4_ID) & 0xffff;
        payload = offset + header;
        payloadLength = length - header;
        return isMartianV4((int) (sourceHigh >>> 32)) ? Counter.MARTIAN_SOURCE : null;
    }

    private long v4(int at) {
        return (long) slab.get(ByteOrders.BE32, offset + at) << 32;
    }

    /// True for an address that sends nothing: 0.0.0.0/8, loopback, multicast, reserved, broadcast.
    private static boolean isMartianV4(int address) {
        int first = address >>> 24;
        return first == 0 || first == 127 || first >= 224;
    }

    private @Nullable Counter parseV6() {
        sourceHigh = slab.get(ByteOrders.BE64, offset + IpPacket.V6_SOURCE);
        sourceLow = slab.get(ByteOrders.BE64, offset + IpPacket.V6_SOURCE + 8);
        destinationHigh = slab.get(ByteOrders.BE64, offset + IpPacket.V6_DESTINATION);
        destinationLow = slab.get(ByteOrders.BE64, offset + IpPacket.V6_DESTINATION + 8);
        protocol = slab.get(ByteOrders.U8, offset + IpPacket.V6_NEXT_HEADER) & 0xff;
        payload = offset + IpPacket.V6_HEADER;
        next = IpPacket.V6_NEXT_HEADER;
        if (sourceHigh >>> 56 == 0xff || sourceHigh == 0 && sourceLow >>> 1 == 0) {
            return Counter.MARTIAN_SOURCE; // multicast, unspecified, loopback
        }
        for (boolean isFirst = true; ; isFirst = false) {
            Counter drop =
                    switch (protocol) {
                        case HOP_BY_HOP -> isFirst ? options() : problem(1, next);
                        case DESTINATION_OPTIONS -> options();
                        case ROUTING -> routing();
                        case FRAGMENT -> fragment();
                        default -> DONE;
                    };
            if (drop == DONE) break;
            if (drop != null) return drop;
            if (isFragment && fragmentOffset != 0) break; // what follows is the middle of something
        }
        payloadLength = (int) (offset + length - payload);
        return null;
    }

    /// Goes past a header of `bytes` bytes.
    private @Nullable Counter skip(int bytes) {
        next = (int) (payload - offset);
        protocol = slab.get(ByteOrders.U8, payload) & 0xff;
        payload += bytes;
        return null;
    }

    private int remaining() {
        return (int) (offset + length - payload);
    }

    /// RFC 8200 §4.2.
    private @Nullable Counter options() {
        if (remaining() < UNIT) return Counter.BAD_HEADER;
        int bytes = ((slab.get(ByteOrders.U8, payload + 1) & 0xff) + 1) * UNIT;
        if (bytes > remaining()) return Counter.BAD_HEADER;
        long at = payload + 2, end = payload + bytes;
        while (at < end) {
            int type = slab.get(ByteOrders.U8, at) & 0xff;
            if (type == PAD1) {
                at++;
                continue;
            }
            if (at + 2 > end) return Counter.BAD_HEADER;
            if (type >> 6 == 1) return Counter.BAD_HEADER;
            if (type >> 6 != 0) return problem(2, (int) (at - offset));
            at += 2 + (slab.get(ByteOrders.U8, at + 1) & 0xff);
        }
        return at == end ? skip(bytes) : Counter.BAD_HEADER;
    }

    /// RFC 8200 §4.4: a routing header that has been worked off is passed over.
    private @Nullable Counter routing() {
        if (remaining() < UNIT) return Counter.BAD_HEADER;
        int bytes = ((slab.get(ByteOrders.U8, payload + 1) & 0xff) + 1) * UNIT;
        if (bytes > remaining()) return Counter.BAD_HEADER;
        int segmentsLeft = slab.get(ByteOrders.U8, payload + 3);
        return segmentsLeft == 0 ? skip(bytes) : problem(0, (int) (payload - offset) + 2);
    }

    private @Nullable Counter fragment() {
        if (remaining() < UNIT || isFragment) return Counter.BAD_HEADER;
        int field = slab.get(ByteOrders.BE16, payload + 2) & 0xffff;
        fragmentOffset = field & 0xfff8;
        hasMoreFragments = (field & 1) != 0;
        fragmentId = slab.get(ByteOrders.BE32, payload + 4);
        // An atomic fragment is a whole packet (RFC 6946).
        isFragment = hasMoreFragments || fragmentOffset != 0;
        return skip(UNIT);
    }

    /// Asks for a parameter problem.
    public Counter problem(int code, int pointer) {
        problemCode = code;
        problemPointer = pointer;
        return Counter.BAD_HEADER;
    }

    /// Asks for the parameter problem of a next header that nobody here knows (RFC 8200 §4).
    public void unknownNextHeader() {
        if (v6) problem(1, next);
    }

    /// The sum of the pseudo header of this packet's transport without its length.
    public long pseudoHeader() {
        return IpPacket.pseudoHeader(slab, offset, protocol);
    }

    /// The source as a value; allocates.
    public IpAddress source() {
        return new IpAddress(v6, sourceHigh, sourceLow);
    }

    /// The destination as a value; allocates.
    public IpAddress destination() {
        return new IpAddress(v6, destinationHigh, destinationLow);
    }

    public static final int ICMP = 1;
    public static final int ICMPV6 = 58;
    static final int HOP_BY_HOP = 0;
    static final int ROUTING = 43;
    static final int FRAGMENT = 44;
    static final int DESTINATION_OPTIONS = 60;
    private static final int PAD1 = 0;
    private static final int UNIT = 8;
    private static final Counter DONE = Counter.PACKETS_RECEIVED; // never why one is dropped
}
