package dev.adit.os.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.port.ErrnoException;
import dev.adit.os.ffi.Conntrack;
import dev.adit.os.ffi.Netlink;
import dev.adit.os.ffi.SockAddr;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;

/// A `NETLINK_NETFILTER` socket that asks for entries of connection tracking. Confined to one
/// thread at a time.
final class ConntrackSocket extends NetlinkSocket {
    ConntrackSocket(Arena arena) throws ErrnoException {
        super(arena, Conntrack.NETLINK_NETFILTER, 0, BUFFER_BYTES);
    }

    /// Requests the entry that this is one of the two tuples of; returns the number of the request.
    int requestEntry(ConntrackTuple tuple) throws ErrnoException {
        int at = begin(Conntrack.IPCTNL_MSG_CT_GET, Conntrack.NFGEN_BYTES);
        int family = tuple.v6() ? SockAddr.AF_INET6 : SockAddr.AF_INET;
        request.set(JAVA_BYTE, Netlink.HEADER_BYTES, (byte) family);
        int value = at + Netlink.ATTRIBUTE_BYTES;
        int end = protocol(addresses(value, tuple), tuple);
        nest(at, Conntrack.CTA_TUPLE_ORIG, end);
        return send(end);
    }

    private int addresses(int at, ConntrackTuple tuple) {
        boolean v6 = tuple.v6();
        int source = v6 ? Conntrack.CTA_IP_V6_SRC : Conntrack.CTA_IP_V4_SRC;
        int destination = v6 ? Conntrack.CTA_IP_V6_DST : Conntrack.CTA_IP_V4_DST;
        int end = addressAttribute(at + Netlink.ATTRIBUTE_BYTES, source, tuple.source());
        end = addressAttribute(end, destination, tuple.destination());
        nest(at, Conntrack.CTA_TUPLE_IP, end);
        return end;
    }

    private int protocol(int at, ConntrackTuple tuple) {
        int end = at + Netlink.ATTRIBUTE_BYTES;
        end = byteAttribute(end, Conntrack.CTA_PROTO_NUM, tuple.protocol());
        end =
                switch (tuple.kind()) {
                    case PORTS -> {
                        int next =
                                portAttribute(
                                        end, Conntrack.CTA_PROTO_SRC_PORT, tuple.sourcePort());
                        yield portAttribute(
                                next, Conntrack.CTA_PROTO_DST_PORT, tuple.destinationPort());
                    }
                    case ICMP -> icmp(end, Conntrack.CTA_PROTO_ICMP_ID, tuple);
                    case ICMPV6 -> icmp(end, Conntrack.CTA_PROTO_ICMPV6_ID, tuple);
                    case OTHER -> end;
                };
        nest(at, Conntrack.CTA_TUPLE_PROTO, end);
        return end;
    }

    private int icmp(int at, int identifier, ConntrackTuple tuple) {
        int next = portAttribute(at, identifier, tuple.icmpIdentifier());
        next = byteAttribute(next, identifier + 1, tuple.icmpType());
        return byteAttribute(next, identifier + 2, 0);
    }

    /// Writes the header of an attribute that holds those up to `end`.
    private void nest(int at, int type, int end) {
        attribute(at, type | Netlink.NLA_F_NESTED, end - at - Netlink.ATTRIBUTE_BYTES);
    }

    /// True when the message describes an entry.
    boolean isEntry() {
        return type() == Conntrack.IPCTNL_MSG_CT_NEW && bodyBytes() >= Conntrack.NFGEN_BYTES;
    }

    /// The source in one of the tuples of the entry, or null.
    @Nullable IpAddress source(int tuple) {
        return address(tuple, Conntrack.CTA_IP_V4_SRC, Conntrack.CTA_IP_V6_SRC);
    }

    /// The destination in one of the tuples of the entry, or null.
    @Nullable IpAddress destination(int tuple) {
        return address(tuple, Conntrack.CTA_IP_V4_DST, Conntrack.CTA_IP_V6_DST);
    }

    private @Nullable IpAddress address(int tuple, int v4, int v6) {
        int outer = NetlinkAttributes.find(buffer, body() + Conntrack.NFGEN_BYTES, end(), tuple);
        if (outer < 0) return null;
        int end = outer + NetlinkAttributes.length(buffer, outer);
        int first = outer + Netlink.ATTRIBUTE_BYTES;
        int inner = NetlinkAttributes.find(buffer, first, end, Conntrack.CTA_TUPLE_IP);
        if (inner < 0) return null;
        end = inner + NetlinkAttributes.length(buffer, inner);
        first = inner + Netlink.ATTRIBUTE_BYTES;
        IpAddress address = NetlinkAttributes.address(buffer, first, end, v4);
        return address != null ? address : NetlinkAttributes.address(buffer, first, end, v6);
    }

    private static final int BUFFER_BYTES = 1 << 13;
}
