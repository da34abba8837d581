package dev.adit.os.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.header.IpPacket;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.os.ffi.Cmsg;
import dev.adit.os.ffi.Libc;
import dev.adit.os.ffi.MsgHdrs;
import dev.adit.os.ffi.SockAddr;
import dev.adit.os.ffi.SockOpt;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Raw sockets that send ICMP errors as if they were the system's own, one for each family; they
/// receive nothing. Thread-safe, but for [#close].
///
/// The system writes the IP header: it chooses the source as for its own errors, by the route to
/// the sender. A sender on this host gets an error from the address that it used itself, or from
/// the first of its network; one behind this host from the address that this host has on that side.
/// That holds too for a sender whose address this host has translated: the system translates the
/// error back on its way out, and [NatQuery] says which source to ask for.
final class IcmpErrorSockets {
    private static final ThreadLocal<Message> MESSAGE = ThreadLocal.withInitial(Message::new);

    private final int v4; // -1 where there is none
    private final int v6;
    private final NatQuery nat = new NatQuery();

    /// Opens what the system permits, for which `CAP_NET_RAW` is needed.
    IcmpErrorSockets() {
        v4 = openV4();
        v6 = openV6();
    }

    private static int openV4() {
        int fd = open(SockAddr.AF_INET, SockOpt.IPPROTO_ICMP);
        if (fd < 0) return fd;
        set(fd, SockOpt.IPPROTO_IP, SockOpt.IP_TOS, INTERNETWORK_CONTROL);
        return deaf(fd, SockOpt.SOL_RAW, SockOpt.ICMP_FILTER, Integer.BYTES);
    }

    private static int openV6() {
        int fd = open(SockAddr.AF_INET6, SockOpt.IPPROTO_ICMPV6);
        if (fd < 0) return fd;
        int bytes = SockOpt.ICMPV6_FILTER_BYTES;
        return deaf(fd, SockOpt.IPPROTO_ICMPV6, SockOpt.ICMPV6_FILTER, bytes);
    }

    private static int open(int family, int protocol) {
        int type = SockOpt.SOCK_RAW | Libc.NONBLOCK | Libc.CLOEXEC;
        return Libc.current().socket(family, type, protocol);
    }

    private static void set(int fd, int level, int option, int value) {
        try (Arena arena = Arena.ofConfined()) {
            long address = arena.allocateFrom(JAVA_INT, value).address();
            Libc.current().setsockopt(fd, level, option, address, Integer.BYTES);
        }
    }

    /// Has a socket receive nothing by a filter of that size; returns it, or -1 when that fails.
    private static int deaf(int fd, int level, int filter, int bytes) {
        Libc libc = Libc.current();
        try (Arena arena = Arena.ofConfined()) {
            long all = arena.allocate(bytes, Integer.BYTES).fill((byte) 0xff).address();
            if (libc.setsockopt(fd, level, filter, all, bytes) == 0) return fd;
        }
        libc.close(fd);
        return -1;
    }

    /// Sends entry `i`, an ICMP error below an IP header without options, to the destination in
    /// that header.
    ///
    /// @param scope the index of the interface that a link-local destination belongs to
    /// @return false when the system did not take it
    boolean send(PacketBatch packets, int i, int scope) {
        boolean inet6 = IpPacket.isV6(packets.memory(), packets.offset(i));
        int fd = inet6 ? v6 : v4;
        if (fd < 0) return false;
        Message message = MESSAGE.get();
        message.set(inet6, packets, i, scope);
        int quoted = (inet6 ? IpPacket.V6_HEADER : IpPacket.V4_HEADER) + ICMP_HEADER;
        IpAddress source =
                nat.errorSource(
                        packets.memory(), packets.offset(i) + quoted, packets.length(i) - quoted);
        return source != null && message.sendFrom(source, fd) || message.send(fd);
    }

    /// Releases the descriptors. No thread may send any more.
    void close() {
        Libc libc = Libc.current();
        if (v4 >= 0) libc.close(v4);
        if (v6 >= 0) libc.close(v6);
        nat.close();
    }

    /// The structures of one message, filled anew for each. Confined to its thread.
    private static final class Message {
        private final MsgHdrs header;
        private final MemorySegment name;
        private final MemorySegment control;

        Message() {
            Arena arena = Arena.ofAuto();
            header = new MsgHdrs(arena, 1);
            name = arena.allocate(SockAddr.INET6_BYTES, Long.BYTES);
            header.name(0, name.address());
            control = arena.allocate(CONTROL_BYTES, Long.BYTES);
            header.control(0, control.address());
        }

        void set(boolean inet6, PacketBatch packets, int i, int scope) {
            MemorySegment memory = packets.memory();
            long packet = packets.offset(i);
            int headerBytes = inet6 ? IpPacket.V6_HEADER : IpPacket.V4_HEADER;
            if (inet6) {
                long at = packet + IpPacket.V6_DESTINATION;
                long high = memory.get(BE64, at), low = memory.get(BE64, at + Long.BYTES);
                boolean linkLocal = high >>> 54 == LINK_LOCAL;
                SockAddr.setInet6(name, 0, high, low, 0, linkLocal ? scope : 0);
                header.nameLength(0, SockAddr.INET6_BYTES);
            } else {
                SockAddr.setInet(name, 0, memory.get(BE32, packet + IpPacket.V4_DESTINATION), 0);
                header.nameLength(0, SockAddr.INET_BYTES);
            }
            long message = memory.address() + packet + headerBytes;
            header.buffer(0, message, packets.length(i) - headerBytes);
        }

        boolean sendFrom(IpAddress source, int fd) {
            long high = source.high(), low = source.low();
            long end =
                    source.v6()
                            ? Cmsg.setPktInfo6(control, 0, high, low, 0)
                            : Cmsg.setPktInfo(control, 0, (int) (high >>> 32), 0);
            return send(fd, end);
        }

        boolean send(int fd) {
            return send(fd, 0);
        }

        private boolean send(int fd, long controlBytes) {
            header.controlLength(0, controlBytes);
            long address = header.address(0);
            return Libc.current().sendmmsg(fd, address, 1, MsgHdrs.MSG_DONTWAIT) == 1;
        }
    }

    private static final ValueLayout.OfInt BE32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong BE64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int CONTROL_BYTES = 64;
    private static final int ICMP_HEADER = 8;
    private static final int INTERNETWORK_CONTROL = 0xc0;
    private static final long LINK_LOCAL = 0xfe80 >>> 6; // the first ten bits
}
