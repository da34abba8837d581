package dev.adit.os.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.port.ErrnoException;
import dev.adit.ip.port.Offload;
import dev.adit.os.ffi.Errno;
import dev.adit.os.ffi.Libc;
import dev.adit.os.ffi.SockAddr;
import dev.adit.os.ffi.SockOpt;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/// A UDP socket of one family, bound to all addresses. Immutable except for what is learned about
/// its offloads; not to be used once closed.
///
/// @param offloads the offloads in use
/// @param limit the size of datagrams that the kernel can cut
/// @param uncut the destinations for which it cuts none
record LinuxUdpSocket(
        int fd, boolean v6, Offloads offloads, SegmentLimit limit, SegmentationRefusals uncut) {
    /// Opens a non-blocking socket that reports the destination and the traffic class of datagrams,
    /// and lets the network fragment those sent.
    ///
    /// @param port a port, or 0 for any
    /// @param fwmark the firewall mark, or 0
    static LinuxUdpSocket open(boolean v6, int port, int fwmark) throws ErrnoException {
        Libc libc = Libc.current();
        int family = v6 ? SockAddr.AF_INET6 : SockAddr.AF_INET;
        int fd = libc.socket(family, SockOpt.SOCK_DGRAM | Libc.NONBLOCK | Libc.CLOEXEC, 0);
        if (fd < 0) throw ErrnoExceptions.last("socket");
        LinuxUdpSocket socket =
                new LinuxUdpSocket(
                        fd, v6, new Offloads(), new SegmentLimit(), new SegmentationRefusals());
        try {
            if (v6) socket.setUpInet6();
            else socket.setUpInet();
            if (fwmark != 0) socket.mark(fwmark);
            socket.enlarge(SockOpt.SO_RCVBUFFORCE, SockOpt.SO_RCVBUF);
            socket.enlarge(SockOpt.SO_SNDBUFFORCE, SockOpt.SO_SNDBUF);
            socket.bind(port);
            return socket;
        } catch (Throwable thrown) {
            socket.close();
            throw thrown;
        }
    }

    private void setUpInet() throws ErrnoException {
        int level = SockOpt.IPPROTO_IP;
        set("IP_PKTINFO", level, SockOpt.IP_PKTINFO, 1);
        set("IP_RECVTOS", level, SockOpt.IP_RECVTOS, 1);
        set("IP_MTU_DISCOVER", level, SockOpt.IP_MTU_DISCOVER, SockOpt.IP_PMTUDISC_DONT);
    }

    private void setUpInet6() throws ErrnoException {
        int level = SockOpt.IPPROTO_IPV6;
        set("IPV6_V6ONLY", level, SockOpt.IPV6_V6ONLY, 1);
        set("IPV6_RECVPKTINFO", level, SockOpt.IPV6_RECVPKTINFO, 1);
        set("IPV6_RECVTCLASS", level, SockOpt.IPV6_RECVTCLASS, 1);
        set("IPV6_MTU_DISCOVER", level, SockOpt.IPV6_MTU_DISCOVER, SockOpt.IP_PMTUDISC_DONT);
    }

    /// Uses the offloads in `allowed`, as far as the kernel has them.
    void offerOffloads(Set<Offload> allowed) {
        boolean cuts = allowed.contains(Offload.UDP_GSO);
        if (cuts && trySet(SockOpt.SOL_UDP, SockOpt.UDP_SEGMENT, 0)) {
            offloads.adopt(Offload.UDP_GSO);
        }
        boolean merges = allowed.contains(Offload.UDP_GRO);
        if (merges && trySet(SockOpt.SOL_UDP, SockOpt.UDP_GRO, 1)) offloads.adopt(Offload.UDP_GRO);
    }

    /// The limit for datagrams sent to `to` in one piece; null when none may be.
    @Nullable SegmentLimit segments(IpAddress to) {
        return offloads.contains(Offload.UDP_GSO) && !uncut.contains(to) ? limit : null;
    }

    /// Records that datagrams of `bytes` bytes were sent to `to` one by one, after the kernel had
    /// refused with `errno` to cut them out of one piece.
    void refusedToCut(int bytes, IpAddress to, int errno) {
        switch (errno) {
            case Errno.EINVAL, Errno.EMSGSIZE -> limit.refused(bytes); // the path's MTU is smaller
            case Errno.EIO, Errno.EOPNOTSUPP -> uncut.add(to); // the path has no checksum offload
            default -> {} // short of memory, or the path has changed meanwhile
        }
    }

    /// Sets the firewall mark of packets sent from now on; 0 for none.
    void mark(int fwmark) throws ErrnoException {
        set("SO_MARK", SockOpt.SOL_SOCKET, SockOpt.SO_MARK, fwmark);
    }

    /// Enlarges a buffer as far as permitted; a small one is no reason to fail.
    private void enlarge(int forced, int plain) {
        if (!trySet(SockOpt.SOL_SOCKET, forced, BUFFER_BYTES)) {
            trySet(SockOpt.SOL_SOCKET, plain, BUFFER_BYTES);
        }
    }

    private void set(String name, int level, int option, int value) throws ErrnoException {
        if (!trySet(level, option, value)) throw ErrnoExceptions.last("setsockopt(" + name + ")");
    }

    private boolean trySet(int level, int option, int value) {
        try (Arena arena = Arena.ofConfined()) {
            long address = arena.allocateFrom(JAVA_INT, value).address();
            return Libc.current().setsockopt(fd, level, option, address, Integer.BYTES) == 0;
        }
    }

    private void bind(int port) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(SockAddr.INET6_BYTES, Long.BYTES);
            if (v6) SockAddr.setInet6(address, 0, 0, 0, port, 0);
            else SockAddr.setInet(address, 0, 0, port);
            int length = v6 ? SockAddr.INET6_BYTES : SockAddr.INET_BYTES;
            if (Libc.current().bind(fd, address.address(), length) < 0)
                throw ErrnoExceptions.last("bind");
        }
    }

    /// The port it is bound to.
    int port() throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(SockAddr.INET6_BYTES, Long.BYTES);
            long length = arena.allocateFrom(JAVA_INT, SockAddr.INET6_BYTES).address();
            if (Libc.current().getsockname(fd, address.address(), length) < 0) {
                throw ErrnoExceptions.last("getsockname");
            }
            return SockAddr.port(address, 0);
        }
    }

    void close() {
        Libc.current().close(fd);
    }

    private static final int BUFFER_BYTES = 7 << 20;
}
