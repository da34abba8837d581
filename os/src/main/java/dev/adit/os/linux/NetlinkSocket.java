package dev.adit.os.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.port.ErrnoException;
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

/// A netlink socket and a cursor over the messages it receives: [#next] moves to a message, the
/// other methods read it. Never blocks; the kernel has answered by the time a request returns.
/// Confined to one thread at a time.
abstract sealed class NetlinkSocket implements AutoCloseable permits RouteSocket, ConntrackSocket {
    final MemorySegment buffer; // what was received
    final MemorySegment request;
    final MemorySegment control;
    final MsgHdrs header;
    private final int fd;
    private final MemorySegment name;
    private int sequence;
    private int end; // of what was received
    private int following; // the message after the current one
    private int message;
    private boolean lost;

    /// @param protocol the number of the netlink protocol
    /// @param groups the multicast groups to subscribe to, or 0
    NetlinkSocket(Arena arena, int protocol, int groups, int bufferBytes) throws ErrnoException {
        buffer = arena.allocate(bufferBytes, Long.BYTES);
        request = arena.allocate(REQUEST_BYTES, Long.BYTES);
        name = arena.allocate(SockAddr.NETLINK_BYTES, Long.BYTES);
        control = arena.allocate(CONTROL_BYTES, Long.BYTES);
        header = new MsgHdrs(arena, 1);
        header.buffer(0, buffer.address(), bufferBytes);
        header.name(0, name.address());
        header.control(0, control.address());
        fd = open(protocol, groups);
    }

    private int open(int protocol, int groups) throws ErrnoException {
        Libc libc = Libc.current();
        int type = SockOpt.SOCK_RAW | Libc.NONBLOCK | Libc.CLOEXEC;
        int socket = libc.socket(SockAddr.AF_NETLINK, type, protocol);
        if (socket < 0) throw ErrnoExceptions.last("socket");
        SockAddr.setNetlink(name, 0, groups);
        if (libc.bind(socket, name.address(), SockAddr.NETLINK_BYTES) < 0) {
            int errno = libc.errno();
            libc.close(socket);
            throw ErrnoExceptions.of("bind", errno);
        }
        return socket;
    }

    final int fd() {
        return fd;
    }

    /// Sets a boolean option of the level of netlink, if the kernel has it.
    final void enable(int option) {
        request.set(JAVA_INT_UNALIGNED, 0, 1);
        Libc.current()
                .setsockopt(fd, SockOpt.SOL_NETLINK, option, request.address(), Integer.BYTES);
    }

    /// Begins a request with a zeroed body of that size; returns where its attributes begin.
    final int begin(int type, int bodyBytes) {
        request.fill((byte) 0);
        request.set(JAVA_SHORT_UNALIGNED, Netlink.TYPE, (short) type);
        request.set(JAVA_SHORT_UNALIGNED, Netlink.FLAGS, (short) Netlink.NLM_F_REQUEST);
        request.set(JAVA_INT_UNALIGNED, Netlink.SEQUENCE, ++sequence);
        return Netlink.HEADER_BYTES + bodyBytes;
    }

    /// Writes the header of an attribute whose value has that many bytes.
    final void attribute(int at, int type, int bytes) {
        int length = Netlink.ATTRIBUTE_BYTES + bytes;
        request.set(JAVA_SHORT_UNALIGNED, at + Netlink.ATTRIBUTE_LENGTH, (short) length);
        request.set(JAVA_SHORT_UNALIGNED, at + Netlink.ATTRIBUTE_TYPE, (short) type);
    }

    /// Writes an attribute in the byte order of the machine; returns where the next one begins.
    final int intAttribute(int at, int type, int value) {
        attribute(at, type, Integer.BYTES);
        request.set(JAVA_INT_UNALIGNED, at + Netlink.ATTRIBUTE_BYTES, value);
        return at + Netlink.ATTRIBUTE_BYTES + Integer.BYTES;
    }

    /// Writes an attribute of 8 bits; returns where the next one begins.
    final int byteAttribute(int at, int type, int value) {
        attribute(at, type, 1);
        request.set(ValueLayout.JAVA_BYTE, at + Netlink.ATTRIBUTE_BYTES, (byte) value);
        return at + Netlink.align(Netlink.ATTRIBUTE_BYTES + 1);
    }

    /// Writes an attribute of 16 bits in network byte order; returns where the next one begins.
    final int portAttribute(int at, int type, int value) {
        attribute(at, type, Short.BYTES);
        request.set(BE16, at + Netlink.ATTRIBUTE_BYTES, (short) value);
        return at + Netlink.align(Netlink.ATTRIBUTE_BYTES + Short.BYTES);
    }

    /// Writes an address as an attribute; returns where the next one begins.
    final int addressAttribute(int at, int type, IpAddress address) {
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

    /// Sends the request that has that length; returns its number.
    final int send(int length) throws ErrnoException {
        request.set(JAVA_INT_UNALIGNED, Netlink.LENGTH, length);
        if (Libc.current().write(fd, request.address(), length) < 0)
            throw ErrnoExceptions.last("write");
        return sequence;
    }

    /// Moves to the next message. Returns false when none waits.
    final boolean next() throws ErrnoException {
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
                default -> throw ErrnoExceptions.last("recvmmsg");
            }
        } else if ((header.flags(0) & MsgHdrs.MSG_TRUNC) != 0) {
            lost = true;
        } else if (SockAddr.netlinkPort(name, 0) == 0) {
            end = header.length(0);
        }
        return true;
    }

    /// True when messages were lost since the last call.
    final boolean takeLost() {
        boolean was = lost;
        lost = false;
        return was;
    }

    /// True for the answer to the request of that number, false for an event.
    final boolean answers(int request) {
        return SockAddr.netlinkGroups(name, 0) == 0
                && buffer.get(JAVA_INT_UNALIGNED, message + Netlink.SEQUENCE) == request;
    }

    /// The error number of a refusal, or 0 for any other message.
    final int error() {
        if (type() != Netlink.NLMSG_ERROR || bodyBytes() < Integer.BYTES) return 0;
        return -buffer.get(JAVA_INT_UNALIGNED, body());
    }

    /// The refusal as an exception.
    final ErrnoException refusal(String request) {
        return ErrnoExceptions.of("netlink(" + request + ")", error());
    }

    final int type() {
        return unsigned(message + Netlink.TYPE);
    }

    final int messageFlags() {
        return unsigned(message + Netlink.FLAGS);
    }

    private int unsigned(int at) {
        return buffer.get(JAVA_SHORT_UNALIGNED, at) & 0xffff;
    }

    /// Where the body of the message begins.
    final int body() {
        return message + Netlink.HEADER_BYTES;
    }

    /// Where the message ends.
    final int end() {
        return following;
    }

    final int bodyBytes() {
        return following - body();
    }

    @Override
    public final void close() {
        Libc.current().close(fd);
    }

    private static final ValueLayout.OfShort BE16 =
            JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt BE32 =
            JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong BE64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int REQUEST_BYTES = 160;
    static final int CONTROL_BYTES = 64;
}
