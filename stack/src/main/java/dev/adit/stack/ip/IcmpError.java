package dev.adit.stack.ip;

import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.header.IpPacket;

import java.lang.foreign.MemorySegment;

/// A received ICMP error and the packet of ours that it quotes (RFC 792, RFC 4443, RFC 5927).
/// Reused; confined to the thread that receives.
public final class IcmpError {
    public int type;
    public int code;

    /// The MTU that a packet was larger than, or 0.
    public int mtu;

    public boolean v6;

    /// Protocol, addresses and ports of the quoted packet: local is its source, which is ours.
    public int protocol;

    public long localHigh;
    public long localLow;
    public long remoteHigh;
    public long remoteLow;
    public int localPort;
    public int remotePort;

    /// The sequence number of a quoted TCP segment.
    public int sequence;

    /// An error that has nothing yet.
    public IcmpError() {}

    /// Takes the error in `in` apart.
    ///
    /// @return false when it is none, or quotes too little
    public boolean parse(IpHeader in) {
        if (in.payloadLength < ICMP_HEADER) return false;
        MemorySegment slab = in.slab;
        v6 = in.v6;
        type = slab.get(ByteOrders.U8, in.payload) & 0xff;
        code = slab.get(ByteOrders.U8, in.payload + 1) & 0xff;
        boolean isError = v6 ? type >= 1 && type <= 4 : type == 3 || type == 11 || type == 12;
        if (!isError) return false;
        mtu = 0;
        if (v6 && type == 2) mtu = slab.get(ByteOrders.BE32, in.payload + 4);
        if (!v6 && type == 3 && code == 4) mtu = slab.get(ByteOrders.BE16, in.payload + 6) & 0xffff;
        return parseQuoted(slab, in.payload + ICMP_HEADER, in.payloadLength - ICMP_HEADER);
    }

    private boolean parseQuoted(MemorySegment slab, long at, int length) {
        if (IpPacket.version(slab, at, length) != (v6 ? 6 : 4)) return false;
        long transport;
        if (v6) {
            localHigh = slab.get(ByteOrders.BE64, at + IpPacket.V6_SOURCE);
            localLow = slab.get(ByteOrders.BE64, at + IpPacket.V6_SOURCE + 8);
            remoteHigh = slab.get(ByteOrders.BE64, at + IpPacket.V6_DESTINATION);
            remoteLow = slab.get(ByteOrders.BE64, at + IpPacket.V6_DESTINATION + 8);
            protocol = slab.get(ByteOrders.U8, at + IpPacket.V6_NEXT_HEADER) & 0xff;
            transport = at + IpPacket.V6_HEADER;
        } else {
            localHigh = (long) slab.get(ByteOrders.BE32, at + IpPacket.V4_SOURCE) << 32;
            remoteHigh = (long) slab.get(ByteOrders.BE32, at + IpPacket.V4_DESTINATION) << 32;
            localLow = remoteLow = 0;
            protocol = slab.get(ByteOrders.U8, at + IpPacket.V4_PROTOCOL) & 0xff;
            transport = at + (slab.get(ByteOrders.U8, at) & 15) * 4L;
        }
        if (at + length - transport < QUOTED_TRANSPORT) return false;
        localPort = slab.get(ByteOrders.BE16, transport) & 0xffff;
        remotePort = slab.get(ByteOrders.BE16, transport + 2) & 0xffff;
        sequence = slab.get(ByteOrders.BE32, transport + 4);
        return true;
    }

    /// True when a packet was too large for a link on the way.
    public boolean isPacketTooBig() {
        return v6 ? type == 2 : type == 3 && code == 4;
    }

    /// True when a port or protocol is not there: it refuses a connect.
    public boolean isRefusal() {
        return v6 ? type == 1 && code == 4 : type == 3 && (code == 2 || code == 3);
    }

    /// True when there is no way to the destination: it ends a connect.
    public boolean isUnreachable() {
        return v6 ? type == 1 && code != 4 : type == 3 && code != 2 && code != 3 && code != 4;
    }

    /// Type times 256 plus code.
    public int number() {
        return type << 8 | code;
    }

    private static final int ICMP_HEADER = 8;
    private static final int QUOTED_TRANSPORT = 8;
}
