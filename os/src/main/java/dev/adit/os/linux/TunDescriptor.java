package dev.adit.os.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.adit.ip.port.ErrnoException;
import dev.adit.ip.port.Offload;
import dev.adit.os.ffi.Errno;
import dev.adit.os.ffi.IfReq;
import dev.adit.os.ffi.Libc;
import dev.adit.os.ffi.Netlink;
import dev.adit.os.ffi.SockAddr;
import dev.adit.os.ffi.SockOpt;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// A descriptor of `/dev/net/tun` with an interface attached: creates or adopts it, and queries it.
/// Immutable; not to be used once closed.
///
/// @param fd the descriptor, non-blocking
/// @param headerBytes the size of the `virtio_net_hdr` before each packet, or 0 for none
record TunDescriptor(int fd, int headerBytes) {

    /// Creates an interface of that name, or attaches to a persistent one, and sets its MTU.
    ///
    /// @param queues the number of descriptors to attach; a persistent interface has one, and so
    ///   has one for which the kernel refuses more
    static List<TunDescriptor> create(String name, int mtu, int queues) throws ErrnoException {
        checkName(name);
        List<TunDescriptor> tuns = new ArrayList<>();
        tuns.add(new TunDescriptor(open(), bytesForOffloads()));
        try {
            TunDescriptor tun = tuns.getFirst();
            boolean multiple = tun.attach(name, queues > 1);
            String made = tun.name();
            while (multiple && tuns.size() < queues && tun.addQueue(made, tuns)) {}
            setMtu(made, mtu);
            lengthenQueue(made);
            return tuns;
        } catch (Throwable thrown) {
            tuns.forEach(TunDescriptor::close);
            throw thrown;
        }
    }

    /// Attaches another descriptor to the interface; false when the kernel refuses.
    private boolean addQueue(String name, List<TunDescriptor> tuns) throws ErrnoException {
        TunDescriptor another = new TunDescriptor(open(), headerBytes);
        try (Arena arena = Arena.ofConfined()) {
            IfReq request = new IfReq(arena);
            request.name(name);
            request.flags(flags() | IfReq.IFF_MULTI_QUEUE);
            if (Libc.current().ioctl(another.fd, IfReq.TUNSETIFF, request.address()) >= 0) {
                tuns.add(another);
                return true;
            }
        }
        another.close();
        return false;
    }

    private int flags() {
        return headerBytes == 0 ? FLAGS : FLAGS | IfReq.IFF_VNET_HDR;
    }

    /// Takes over a descriptor that has an interface.
    static TunDescriptor adopt(int fd) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            IfReq request = new IfReq(arena);
            if (Libc.current().ioctl(fd, IfReq.TUNGETIFF, request.address()) < 0) {
                throw lastError("TUNGETIFF", "descriptor " + fd + " has no TUN interface");
            }
            if ((request.flags() & IfReq.IFF_TUN) == 0 || hasPacketInformation(request.name())) {
                throw ErrnoExceptions.of(
                        "ioctl(TUNGETIFF)",
                        Errno.EINVAL,
                        request.name() + " was made without IFF_TUN or without IFF_NO_PI");
            }
            int one = 1;
            control(arena, fd, "FIONBIO", IfReq.FIONBIO, one);
            control(arena, fd, "FIOCLEX", IfReq.FIOCLEX, one);
            if ((request.flags() & IfReq.IFF_VNET_HDR) == 0) return new TunDescriptor(fd, 0);

            TunDescriptor tun = new TunDescriptor(fd, VirtioNetHeader.BYTES);
            tun.setUpHeader(arena);
            return tun;
        }
    }

    /// A header is needed as soon as one offload of a TUN may be used.
    private static int bytesForOffloads() {
        boolean any =
                Stream.of(Offload.TUN_TSO, Offload.TUN_USO, Offload.TUN_GRO, Offload.TUN_UDP_GRO)
                        .anyMatch(Offloads.allowed()::contains);
        return any ? VirtioNetHeader.BYTES : 0;
    }

    /// A previous owner of the interface may have left it with another size.
    private void setUpHeader(Arena arena) throws ErrnoException {
        control(arena, fd, "TUNSETVNETHDRSZ", IfReq.TUNSETVNETHDRSZ, VirtioNetHeader.BYTES);
        if (!offload(0)) throw ErrnoExceptions.last("ioctl(TUNSETOFFLOAD)");
    }

    private boolean offload(int bits) {
        return Libc.current().ioctl(fd, IfReq.TUNSETOFFLOAD, bits) >= 0;
    }

    /// Lets the kernel leave work to the reader, and notes which offloads are in use.
    void enableOffloads(Offloads offloads) {
        if (headerBytes == 0) return;
        int tcp = IfReq.TUN_F_CSUM | IfReq.TUN_F_TSO4 | IfReq.TUN_F_TSO6 | IfReq.TUN_F_TSO_ECN;
        int udp = IfReq.TUN_F_USO4 | IfReq.TUN_F_USO6;
        boolean knowsUdp = offload(tcp | udp);
        Set<Offload> allowed = Offloads.allowed();
        int wanted = allowed.contains(Offload.TUN_TSO) ? tcp : IfReq.TUN_F_CSUM;
        if (knowsUdp && allowed.contains(Offload.TUN_USO)) wanted |= udp;
        if (offload(wanted)) {
            if ((wanted & IfReq.TUN_F_TSO4) != 0) offloads.adopt(Offload.TUN_TSO);
            if ((wanted & IfReq.TUN_F_USO4) != 0) offloads.adopt(Offload.TUN_USO);
        } else {
            offload(0);
        }
        if (allowed.contains(Offload.TUN_GRO)) offloads.adopt(Offload.TUN_GRO);
        if (knowsUdp && allowed.contains(Offload.TUN_UDP_GRO)) {
            offloads.adopt(Offload.TUN_UDP_GRO);
        }
    }

    /// Lets the kernel cut everything itself from now on.
    void endSuperPackets() {
        offload(IfReq.TUN_F_CSUM);
    }

    /// True for an interface that has four bytes before each packet.
    ///
    /// `TUNGETIFF` does not tell: it reports `IFF_NOFILTER` as the bit of `IFF_NO_PI`.
    private static boolean hasPacketInformation(String name) {
        try {
            String flags = Files.readString(Path.of("/sys/class/net", name, "tun_flags")).strip();
            return (Integer.decode(flags) & IfReq.IFF_NO_PI) == 0;
        } catch (IOException unknown) {
            return false;
        }
    }

    /// The interface's current name.
    ///
    /// @throws ErrnoException with `EBADFD` when the interface is gone
    String name() throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            IfReq request = new IfReq(arena);
            if (Libc.current().ioctl(fd, IfReq.TUNGETIFF, request.address()) < 0) {
                throw ErrnoExceptions.last("ioctl(TUNGETIFF)");
            }
            return request.name();
        }
    }

    /// Opens the network namespace in which the interface is; -1 when the kernel refuses (before
    /// Linux 5.0, or without `CAP_NET_ADMIN` there).
    int openNamespace() {
        return Libc.current().ioctl(fd, IfReq.TUNGETDEVNETNS, 0);
    }

    /// Releases the descriptor; an interface that is not persistent goes with it.
    void close() {
        Libc.current().close(fd);
    }

    /// Checks the kernel's rules here, so that a long name is not cut silently.
    private static void checkName(String name) throws ErrnoException {
        if (name.getBytes(StandardCharsets.UTF_8).length > IfReq.NAME_MAX) {
            throw badName(Errno.ENAMETOOLONG);
        }
        boolean odd = name.chars().anyMatch(c -> c == '/' || c == ':' || c <= ' ');
        if (odd || name.isEmpty() || name.equals(".") || name.equals("..")) {
            throw badName(Errno.EINVAL);
        }
    }

    private static ErrnoException badName(int errno) {
        return ErrnoExceptions.of(
                "ioctl(TUNSETIFF)",
                errno,
                "an interface name has 1 to 15 bytes, none of them a slash, a colon or a space");
    }

    private static int open() throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            Libc libc = Libc.current();
            long path = arena.allocateFrom(DEVICE).address();
            int fd = libc.open(path, Libc.O_RDWR | Libc.NONBLOCK | Libc.CLOEXEC);
            if (fd >= 0) return fd;
            throw switch (libc.errno()) {
                case Errno.ENOENT, Errno.ENODEV, Errno.ENXIO ->
                        ErrnoExceptions.of("open", libc.errno(), DEVICE + " needs `modprobe tun`");
                case Errno.EPERM, Errno.EACCES ->
                        ErrnoExceptions.of("open", libc.errno(), DEVICE + " needs root");
                default -> ErrnoExceptions.of("open", libc.errno(), "this was " + DEVICE);
            };
        }
    }

    /// Creates the interface, or attaches to an existing one.
    ///
    /// Never attaches to an existing one with many queues: its owner would have to share its
    /// packets, whereas without them the kernel answers that it is taken.
    ///
    /// @return whether it has many queues
    private boolean attach(String name, boolean multiple) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            Libc libc = Libc.current();
            IfReq request = new IfReq(arena);
            request.name(name);
            int many = multiple ? IfReq.IFF_MULTI_QUEUE : 0;
            request.flags(flags() | IfReq.IFF_TUN_EXCL | many);
            if (libc.ioctl(fd, IfReq.TUNSETIFF, request.address()) >= 0) {
                if (headerBytes > 0) setUpHeader(arena);
                return multiple;
            }
            int errno = libc.errno();
            if (errno == Errno.EPERM) {
                throw ErrnoExceptions.of(
                        "ioctl(TUNSETIFF)", errno, "run as root or with CAP_NET_ADMIN");
            }
            if (errno != Errno.EBUSY) throw ErrnoExceptions.of("ioctl(TUNSETIFF)", errno);

            request.flags(flags());
            if (libc.ioctl(fd, IfReq.TUNSETIFF, request.address()) >= 0) {
                if (headerBytes > 0) setUpHeader(arena);
                return false;
            }
            throw ErrnoExceptions.of(
                    "ioctl(TUNSETIFF)", errno, "there is an interface with the name " + name);
        }
    }

    /// Sets the MTU, unless it is set already: the owner of a persistent interface may lack the
    /// privilege.
    private static void setMtu(String name, int mtu) throws ErrnoException {
        Libc libc = Libc.current();
        int socket = controlSocket();
        try (Arena arena = Arena.ofConfined()) {
            IfReq request = new IfReq(arena);
            request.name(name);
            int got = libc.ioctl(socket, IfReq.SIOCGIFMTU, request.address());
            if (got >= 0 && request.mtu() == mtu) return;
            request.mtu(mtu);
            if (libc.ioctl(socket, IfReq.SIOCSIFMTU, request.address()) < 0) {
                throw lastError("SIOCSIFMTU", "the MTU of a TUN is 68 to 65535, not " + mtu);
            }
        } finally {
            libc.close(socket);
        }
    }

    /// Sets the interface down, in the network namespace of this process.
    void setDown() throws ErrnoException {
        Libc libc = Libc.current();
        int socket = controlSocket();
        try (Arena arena = Arena.ofConfined()) {
            IfReq request = new IfReq(arena);
            request.name(name());
            if (libc.ioctl(socket, IfReq.SIOCGIFFLAGS, request.address()) < 0) {
                throw ErrnoExceptions.last("ioctl(SIOCGIFFLAGS)");
            }
            request.flags(request.flags() & ~Netlink.IFF_UP);
            if (libc.ioctl(socket, IfReq.SIOCSIFFLAGS, request.address()) < 0) {
                throw ErrnoExceptions.last("ioctl(SIOCSIFFLAGS)");
            }
        } finally {
            libc.close(socket);
        }
    }

    /// Lets more packets wait than the kernel's 500, which a sender at full speed fills in less
    /// time than a busy machine takes to schedule us. Any other length was set on purpose and is
    /// kept.
    private static void lengthenQueue(String name) throws ErrnoException {
        Libc libc = Libc.current();
        int socket = controlSocket();
        try (Arena arena = Arena.ofConfined()) {
            IfReq request = new IfReq(arena);
            request.name(name);
            int got = libc.ioctl(socket, IfReq.SIOCGIFTXQLEN, request.address());
            if (got < 0 || request.queueLength() != KERNELS_QUEUE) return;
            request.queueLength(QUEUE);
            libc.ioctl(
                    socket, IfReq.SIOCSIFTXQLEN, request.address()); // if refused, it stays short
        } finally {
            libc.close(socket);
        }
    }

    private static int controlSocket() throws ErrnoException {
        int type = SockOpt.SOCK_DGRAM | Libc.CLOEXEC;
        int socket = Libc.current().socket(SockAddr.AF_INET, type, 0);
        if (socket < 0) throw ErrnoExceptions.last("socket");
        return socket;
    }

    private static void control(Arena arena, int fd, String request, long code, int value)
            throws ErrnoException {
        long argument = arena.allocateFrom(JAVA_INT, value).address();
        if (Libc.current().ioctl(fd, code, argument) < 0) {
            throw ErrnoExceptions.last("ioctl(" + request + ")");
        }
    }

    private static ErrnoException lastError(String request, String advice) {
        return ErrnoExceptions.of("ioctl(" + request + ")", Libc.current().errno(), advice);
    }

    private static final int KERNELS_QUEUE = 500;
    private static final int QUEUE = 2000;
    private static final String DEVICE = "/dev/net/tun";
    private static final int FLAGS = IfReq.IFF_TUN | IfReq.IFF_NO_PI;
}
