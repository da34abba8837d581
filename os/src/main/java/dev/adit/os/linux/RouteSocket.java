package dev.adit.os.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.header.IpPacket;
import dev.adit.ip.port.ErrnoException;
import dev.adit.os.ffi.Cmsg;
import dev.adit.os.ffi.Netlink;
import dev.adit.os.ffi.SockAddr;
import dev.adit.os.ffi.SockOpt;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/// A `NETLINK_ROUTE` socket: interfaces, routes and the numbers of namespaces. Confined to one
/// thread at a time.
final class RouteSocket extends NetlinkSocket {
    /// @param groups the multicast groups to subscribe to, or 0
    RouteSocket(Arena arena, int groups) throws ErrnoException {
        super(arena, Netlink.NETLINK_ROUTE, groups, BUFFER_BYTES);
    }

    /// Also receives events of the other namespaces that have a number here, where that is
    /// permitted (`CAP_NET_BROADCAST`).
    void hearNamespaces() {
        enable(SockOpt.NETLINK_LISTEN_ALL_NSID);
    }

    /// Asks for all routes of a family; returns the number of the request. A kernel that can choose
    /// tells of those that lead to the interface `by`.
    int requestRoutes(int family, int by) throws ErrnoException {
        enable(SockOpt.NETLINK_GET_STRICT_CHK);
        int at = begin(Netlink.RTM_GETROUTE, Netlink.RTMSG_BYTES);
        request.set(
                JAVA_SHORT_UNALIGNED,
                Netlink.FLAGS,
                (short) (Netlink.NLM_F_REQUEST | Netlink.NLM_F_DUMP));
        request.set(JAVA_BYTE, Netlink.HEADER_BYTES + Netlink.RTM_FAMILY, (byte) family);
        return send(intAttribute(at, Netlink.RTA_OIF, by));
    }

    /// Requests the interface of that name in a namespace; returns the number of the request.
    int requestLink(int namespace, String interfaceName) throws ErrnoException {
        int at = begin(Netlink.RTM_GETLINK, Netlink.IFINFO_BYTES);
        byte[] bytes = interfaceName.getBytes(StandardCharsets.UTF_8);
        attribute(at, Netlink.IFLA_IFNAME, bytes.length + 1);
        MemorySegment.copy(
                bytes, 0, request, JAVA_BYTE, at + Netlink.ATTRIBUTE_BYTES, bytes.length);
        at += Netlink.align(Netlink.ATTRIBUTE_BYTES + bytes.length + 1);
        if (namespace != OWN) at = intAttribute(at, Netlink.IFLA_TARGET_NETNSID, namespace);
        return send(at);
    }

    /// Requests the route of a datagram to `endpoint` with its source and this mark, whatever
    /// interface the endpoint names; returns the number of the request.
    ///
    /// @param by the interface that the route must lead to, or 0 for any
    int requestRoute(Endpoint endpoint, int mark, int by) throws ErrnoException {
        IpAddress address = endpoint.address();
        int at = begin(Netlink.RTM_GETROUTE, Netlink.RTMSG_BYTES);
        int body = Netlink.HEADER_BYTES;
        at = destination(at, address);
        if (endpoint.source() != null) {
            request.set(JAVA_BYTE, body + Netlink.RTM_SRC_LEN, (byte) address.bits());
            at = addressAttribute(at, Netlink.RTA_SRC, endpoint.source());
        }
        if (by != 0) {
            // Without the flag the kernel answers that every address is a neighbour there.
            request.set(
                    JAVA_INT_UNALIGNED, body + Netlink.RTM_ROUTE_FLAGS, Netlink.RTM_F_FIB_MATCH);
            at = intAttribute(at, Netlink.RTA_OIF, by);
        } else if (endpoint.scope() != 0) {
            at = intAttribute(at, Netlink.RTA_OIF, endpoint.scope());
        }
        if (mark != 0) at = intAttribute(at, Netlink.RTA_MARK, mark);
        at = byteAttribute(at, Netlink.RTA_IP_PROTO, IpPacket.UDP);
        return send(portAttribute(at, Netlink.RTA_DPORT, endpoint.port()));
    }

    /// Requests the route that leads to `address`; returns the number of the request.
    int requestRoute(IpAddress address) throws ErrnoException {
        int at = begin(Netlink.RTM_GETROUTE, Netlink.RTMSG_BYTES);
        return send(destination(at, address));
    }

    private int destination(int at, IpAddress address) {
        int body = Netlink.HEADER_BYTES;
        int family = address.v6() ? SockAddr.AF_INET6 : SockAddr.AF_INET;
        request.set(JAVA_BYTE, body + Netlink.RTM_FAMILY, (byte) family);
        request.set(JAVA_BYTE, body + Netlink.RTM_DST_LEN, (byte) address.bits());
        return addressAttribute(at, Netlink.RTA_DST, address);
    }

    /// Requests the number of the namespace behind a descriptor.
    void queryNumber(int namespaceFd) throws ErrnoException {
        int at = begin(Netlink.RTM_GETNSID, Netlink.RTGEN_BYTES);
        send(intAttribute(at, Netlink.NETNSA_FD, namespaceFd));
    }

    /// Requests a number to be assigned to the namespace behind a descriptor.
    void requestNumber(int namespaceFd) throws ErrnoException {
        int at = begin(Netlink.RTM_NEWNSID, Netlink.RTGEN_BYTES);
        at = intAttribute(at, Netlink.NETNSA_FD, namespaceFd);
        send(intAttribute(at, Netlink.NETNSA_NSID, -1));
    }

    /// True for the end of an answer of many messages.
    boolean isEnd() {
        return type() == Netlink.NLMSG_DONE;
    }

    /// True when an answer of many messages has been overtaken by changes.
    boolean isInterrupted() {
        return (messageFlags() & Netlink.NLM_F_DUMP_INTR) != 0;
    }

    /// True when the message describes an interface: [#index], [#flags] and [#mtu] are valid.
    boolean isLink() {
        return type() == Netlink.RTM_NEWLINK && isOfLink();
    }

    /// True when an interface was deleted or left: [#index] is valid.
    boolean isDeletedLink() {
        return type() == Netlink.RTM_DELLINK && isOfLink();
    }

    /// Bridges report their ports with the same types but a different family.
    private boolean isOfLink() {
        return bodyBytes() >= Netlink.IFINFO_BYTES
                && buffer.get(JAVA_BYTE, body() + Netlink.IFI_FAMILY) == 0;
    }

    int index() {
        return buffer.get(JAVA_INT_UNALIGNED, body() + Netlink.IFI_INDEX);
    }

    int flags() {
        return buffer.get(JAVA_INT_UNALIGNED, body() + Netlink.IFI_FLAGS);
    }

    int mtu() {
        return attributeValue(Netlink.IFLA_MTU, Netlink.IFINFO_BYTES, 0);
    }

    /// True when the message describes a route: [#outgoing] is valid.
    boolean isRoute() {
        return type() == Netlink.RTM_NEWROUTE && bodyBytes() >= Netlink.RTMSG_BYTES;
    }

    /// True when a route has gone, which is described likewise.
    boolean isDeletedRoute() {
        return type() == Netlink.RTM_DELROUTE && bodyBytes() >= Netlink.RTMSG_BYTES;
    }

    /// The index of the interface that the route leaves by, or 0.
    int outgoing() {
        return attributeValue(Netlink.RTA_OIF, Netlink.RTMSG_BYTES, 0);
    }

    /// The local address that the system would choose for the route, or null.
    @Nullable IpAddress preferredSource() {
        int from = body() + Netlink.RTMSG_BYTES;
        return NetlinkAttributes.address(buffer, from, end(), Netlink.RTA_PREFSRC);
    }

    /// True when the route, or one of its next hops, leaves by the interface of that index.
    boolean leadsTo(int index) {
        return NetlinkAttributes.leadsTo(buffer, body() + Netlink.RTMSG_BYTES, end(), index);
    }

    /// The MTU that the route has of its own, or 0.
    int routeMtu() {
        return NetlinkAttributes.mtu(buffer, body() + Netlink.RTMSG_BYTES, end());
    }

    /// True when the message gives the number of a namespace.
    boolean isNamespace() {
        return type() == Netlink.RTM_NEWNSID;
    }

    int namespaceNumber() {
        return attributeValue(Netlink.NETNSA_NSID, Netlink.RTGEN_BYTES, OWN);
    }

    /// The number of the namespace that an event comes from, or [#OWN].
    int origin() {
        long key = Cmsg.key(SockOpt.SOL_NETLINK, SockOpt.NETLINK_LISTEN_ALL_NSID);
        boolean told =
                Cmsg.present(control, 0, header.controlLength(0)) && Cmsg.key(control, 0) == key;
        return told ? control.get(JAVA_INT_UNALIGNED, Cmsg.data(0)) : OWN;
    }

    private int attributeValue(int type, int after, int absent) {
        return NetlinkAttributes.value(buffer, body() + after, end(), type, absent);
    }

    /// The namespace of the socket, which need not have a number in itself.
    static final int OWN = -1;

    private static final int BUFFER_BYTES = 1 << 15;
}
