package dev.adit.os.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.header.IpPacket;
import dev.adit.ip.port.ErrnoException;
import dev.adit.os.ffi.Cmsg;
import dev.adit.os.ffi.Errno;
import dev.adit.os.ffi.Libc;
import dev.adit.os.ffi.MsgHdrs;
import dev.adit.os.ffi.Netlink;
import dev.adit.os.ffi.SockAddr;
import dev.adit.os.ffi.SockOpt;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// A `NETLINK_ROUTE` socket and a cursor over the messages it receives: [#next] moves to a message,
/// the other methods read it. Never blocks; the kernel has answered by the time a request returns.
/// Confined to one thread at a time.
final class RouteSocket implements AutoCloseable {
    private final int fd;
    private final MemorySegment buffer;
    private final MemorySegment request;
    private final MemorySegment name;
    private final MemorySegment control;
    private final MsgHdrs header;
    private int sequence;
    private int end; // of what was received
    private int following; // the message after the current one
    private int message;
    private boolean lost;

    /// @param groups the multicast groups to subscribe to, or 0
    RouteSocket(Arena arena, int groups) throws ErrnoException {
        buffer = arena.allocate(BUFFER_BYTES, Long.BYTES);
        request = arena.allocate(REQUEST_BYTES, Long.BYTES);
        name = arena.allocate(SockAddr.NETLINK_BYTES, Long.BYTES);
        control = arena.allocate(CONTROL_BYTES, Long.BYTES);
        header = new MsgHdrs(arena, 1);
        header.buffer(0, buffer.address(), BUFFER_BYTES);
        header.name(0, name.address());
        header.control(0, control.address());
        fd = open(groups);
    }

    private int open(int groups) throws ErrnoException {
        Libc libc = Libc.current();
        int type = SockOpt.SOCK_RAW | Libc.NONBLOCK | Libc.CLOEXEC;
        int socket = libc.socket(SockAddr.AF_NETLINK, type, Netlink.NETLINK_ROUTE);
        if (socket < 0) throw Errnos.last("socket");
        SockAddr.setNetlink(name, 0, groups);
        if (libc.bind(socket, name.address(), SockAddr.NETLINK_BYTES) < 0) {
            int errno = libc.errno();
            libc.close(socket);
            throw Errnos.of("bind", errno);
        }
        return socket;
    }

    int fd() {
        return fd;
    }

    /// Also receives events of the other namespaces that have a number here, where that is
    /// permitted (`CAP_NET_BROADCAST`).
    void hearNamespaces() {
        enable(SockOpt.NETLINK_LISTEN_ALL_NSID);
    }

    private void enable(int option) {
        request.set(JAVA_INT_UNALIGNED, 0, 1);
        Libc.current()
                .setsockopt(fd, SockOpt.SOL_NETLINK, option, request.address(), Integer.BYTES);
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
        int family = address.v6() ? SockAddr.AF_INET6 : SockAddr.AF_INET;
        request.set(JAVA_BYTE, body + Netlink.RTM_FAMILY, (byte) family);
        request.set(JAVA_BYTE, body + Netlink.RTM_DST_LEN, (byte) address.bits());
        at = addressAttribute(at, Netlink.RTA_DST, address);
        if (endpoint.hasSource()) {
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
        attribute(at, Netlink.RTA_IP_PROTO, 1);
        request.set(JAVA_BYTE, at + Netlink.ATTRIBUTE_BYTES, (byte) IpPacket.UDP);
        at += Netlink.align(Netlink.ATTRIBUTE_BYTES + 1);
        attribute(at, Netlink.RTA_DPORT, Short.BYTES);
        short port = Short.reverseBytes((short) endpoint.port());
        request.set(JAVA_SHORT_UNALIGNED, at + Netlink.ATTRIBUTE_BYTES, port);
        return send(at + Netlink.align(Netlink.ATTRIBUTE_BYTES + Short.BYTES));
    }

    private int addressAttribute(int at, int type, IpAddress address) {
        int bytes = address.bits() / Byte.SIZE;
        attribute(at, type, bytes);
        int value = at + Netlink.ATTRIBUTE_BYTES;
        if (address.v6()) {
            request.set(BE64, value, address.high());
            request.set(BE64, value + Long.BYTES, address.low());
        } else {
            request.set(BE32, value, (int) (address.high() >>> 32));
        }
        return value + bytes;
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

    private int begin(int type, int bodyBytes) {
        request.fill((byte) 0);
        request.set(JAVA_SHORT_UNALIGNED, Netlink.TYPE, (short) type);
        request.set(JAVA_SHORT_UNALIGNED, Netlink.FLAGS, (short) Netlink.NLM_F_REQUEST);
        request.set(JAVA_INT_UNALIGNED, Netlink.SEQUENCE, ++sequence);
        return Netlink.HEADER_BYTES + bodyBytes;
    }

    private void attribute(int at, int type, int bytes) {
        int length = Netlink.ATTRIBUTE_BYTES + bytes;
        request.set(JAVA_SHORT_UNALIGNED, at + Netlink.ATTRIBUTE_LENGTH, (short) length);
        request.set(JAVA_SHORT_UNALIGNED, at + Netlink.ATTRIBUTE_TYPE, (short) type);
    }

    private int intAttribute(int at, int type, int value) {
        attribute(at, type, Integer.BYTES);
        request.set(JAVA_INT_UNALIGNED, at + Netlink.ATTRIBUTE_BYTES, value);
        return at + Netlink.ATTRIBUTE_BYTES + Integer.BYTES;
    }

    private int send(int length) throws ErrnoException {
        request.set(JAVA_INT_UNALIGNED, Netlink.LENGTH, length);
        if (Libc.current().write(fd, request.address(), length) < 0) throw Errnos.last("write");
        return sequence;
    }

    /// Moves to the next message. Returns false when none waits.
    boolean next() throws ErrnoException {
        while (true) {
            int left = end - following;
            if (left >= Netlink.HEADER_BYTES) {
                message = following;
                int length = buffer.get(JAVA_INT_UNALIGNED, message + Netlink.LENGTH);
                if (length >= Netlink.HEADER_BYTES && length <= left) {
                    following = message + Netlink.align(length);
                    return true;
                }
            }
            if (!receive()) return false;
        }
    }

    private boolean receive() throws ErrnoException {
        following = end = 0;
        header.nameLength(0, SockAddr.NETLINK_BYTES);
        header.controlLength(0, CONTROL_BYTES);
        Libc libc = Libc.current();
        if (libc.recvmmsg(fd, header.address(0), 1, MsgHdrs.MSG_DONTWAIT) < 0) {
            switch (libc.errno()) {
                case Errno.EAGAIN -> {
                    return false;
                }
                case Errno.EINTR -> {}
                case Errno.ENOBUFS -> lost = true;
                default -> throw Errnos.last("recvmmsg");
            }
        } else if ((header.flags(0) & MsgHdrs.MSG_TRUNC) != 0) {
            lost = true;
        } else if (SockAddr.netlinkPort(name, 0) == 0) {
            end = header.length(0);
        }
        return true;
    }

    /// True when messages were lost since the last call.
    boolean takeLost() {
        boolean was = lost;
        lost = false;
        return was;
    }

    /// True for the answer to the request of that number, false for an event.
    boolean answers(int request) {
        return SockAddr.netlinkGroups(name, 0) == 0
                && buffer.get(JAVA_INT_UNALIGNED, message + Netlink.SEQUENCE) == request;
    }

    /// True for the end of an answer of many messages.
    boolean isEnd() {
        return type() == Netlink.NLMSG_DONE;
    }

    /// True when an answer of many messages has been overtaken by changes.
    boolean isInterrupted() {
        return (unsigned(message + Netlink.FLAGS) & Netlink.NLM_F_DUMP_INTR) != 0;
    }

    /// The error number of a refusal, or 0 for any other message.
    int error() {
        if (type() != Netlink.NLMSG_ERROR || bodyBytes() < Integer.BYTES) return 0;
        return -buffer.get(JAVA_INT_UNALIGNED, body());
    }

    /// The refusal as an exception.
    ErrnoException refusal(String request) {
        return Errnos.of("netlink(" + request + ")", error());
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

    /// True when the route, or one of its next hops, leaves by the interface of that index.
    boolean leadsTo(int index) {
        return RouteAttributes.leadsTo(buffer, body() + Netlink.RTMSG_BYTES, following, index);
    }

    /// The MTU that the route has of its own, or 0.
    int routeMtu() {
        return RouteAttributes.mtu(buffer, body() + Netlink.RTMSG_BYTES, following);
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
        return RouteAttributes.value(buffer, body() + after, following, type, absent);
    }

    private int type() {
        return unsigned(message + Netlink.TYPE);
    }

    private int unsigned(int at) {
        return buffer.get(JAVA_SHORT_UNALIGNED, at) & 0xffff;
    }

    private int body() {
        return message + Netlink.HEADER_BYTES;
    }

    private int bodyBytes() {
        return following - body();
    }

    @Override
    public void close() {
        Libc.current().close(fd);
    }

    /// The namespace of the socket, which need not have a number in itself.
    static final int OWN = -1;

    private static final ValueLayout.OfInt BE32 =
            JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong BE64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int BUFFER_BYTES = 1 << 15;
    private static final int REQUEST_BYTES = 128;
    private static final int CONTROL_BYTES = 64;
}
