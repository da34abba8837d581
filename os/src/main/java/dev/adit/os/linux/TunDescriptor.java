package dev.adit.os.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.adit.device.io.ErrnoException;
import dev.adit.os.ffi.Errno;
import dev.adit.os.ffi.IfReq;
import dev.adit.os.ffi.Libc;
import dev.adit.os.ffi.SockAddr;
import dev.adit.os.ffi.SockOpt;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A descriptor of `/dev/net/tun` with an interface attached: how one comes to be, and what it
/// knows. Immutable; not to be used once closed.
///
/// @param fd the descriptor, non-blocking
/// @param headerBytes the size of the `virtio_net_hdr` before each packet, or 0 for none
record TunDescriptor(int fd, int headerBytes) {

    // Interfaces made here have no virtio_net_hdr. Offloads would begin with IFF_VNET_HDR in FLAGS:
    // the reader and the writer know of the header, because an adopted descriptor may have it.

    /// Makes an interface of that name, or attaches to a persistent one, and sets its MTU.
    static TunDescriptor create(String name, int mtu) throws ErrnoException {
        checkName(name);
        TunDescriptor tun = new TunDescriptor(open(), 0);
        try {
            tun.attach(name);
            setMtu(tun.name(), mtu);
            return tun;
        } catch (Throwable thrown) {
            tun.close();
            throw thrown;
        }
    }

    /// Takes over a descriptor that has an interface.
    static TunDescriptor adopt(int fd) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            IfReq request = new IfReq(arena);
            if (Libc.current().ioctl(fd, IfReq.TUNGETIFF, request.address()) < 0) {
                throw lastError("TUNGETIFF", "descriptor " + fd + " has no TUN interface");
            }
            if ((request.flags() & IfReq.IFF_TUN) == 0 || hasPacketInformation(request.name())) {
                throw Failure.of(
                        "ioctl(TUNGETIFF)",
                        Errno.EINVAL,
                        request.name() + " was made without IFF_TUN or without IFF_NO_PI");
            }
            int one = 1;
            control(arena, fd, "FIONBIO", IfReq.FIONBIO, one);
            control(arena, fd, "FIOCLEX", IfReq.FIOCLEX, one);
            if ((request.flags() & IfReq.IFF_VNET_HDR) == 0) return new TunDescriptor(fd, 0);

            control(arena, fd, "TUNSETVNETHDRSZ", IfReq.TUNSETVNETHDRSZ, VIRTIO_NET_HDR_BYTES);
            if (Libc.current().ioctl(fd, IfReq.TUNSETOFFLOAD, 0) < 0) {
                throw Failure.last("ioctl(TUNSETOFFLOAD)");
            }
            return new TunDescriptor(fd, VIRTIO_NET_HDR_BYTES);
        }
    }

    /// True for an interface that has four bytes before each packet.
    ///
    /// `TUNGETIFF` does not tell: it reports `IFF_NOFILTER` as the bit that is `IFF_NO_PI`.
    private static boolean hasPacketInformation(String name) {
        try {
            String flags = Files.readString(Path.of("/sys/class/net", name, "tun_flags")).strip();
            return (Integer.decode(flags) & IfReq.IFF_NO_PI) == 0;
        } catch (IOException unknown) {
            return false;
        }
    }

    /// The interface's name now.
    ///
    /// @throws ErrnoException with `EBADFD` when the interface is gone
    String name() throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            IfReq request = new IfReq(arena);
            if (Libc.current().ioctl(fd, IfReq.TUNGETIFF, request.address()) < 0) {
                throw Failure.last("ioctl(TUNGETIFF)");
            }
            return request.name();
        }
    }

    /// A new descriptor of the network namespace in which the interface is, or -1 when the kernel
    /// does not say (before Linux 5.0, or without `CAP_NET_ADMIN` there).
    int openNamespace() {
        return Libc.current().ioctl(fd, IfReq.TUNGETDEVNETNS, 0);
    }

    /// Releases the descriptor; an interface that is not persistent goes with it.
    void close() {
        Libc.current().close(fd);
    }

    /// The rules of the kernel, checked here so that a long name is not cut silently.
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
        return Failure.of(
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
                        Failure.of("open", libc.errno(), DEVICE + " needs `modprobe tun`");
                case Errno.EPERM, Errno.EACCES ->
                        Failure.of("open", libc.errno(), DEVICE + " needs root");
                default -> Failure.of("open", libc.errno(), "this was " + DEVICE);
            };
        }
    }

    private void attach(String name) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            Libc libc = Libc.current();
            IfReq request = new IfReq(arena);
            request.name(name);
            request.flags(FLAGS | IfReq.IFF_TUN_EXCL);
            if (libc.ioctl(fd, IfReq.TUNSETIFF, request.address()) >= 0) return;
            int errno = libc.errno();
            if (errno == Errno.EPERM) {
                throw Failure.of("ioctl(TUNSETIFF)", errno, "run as root or with CAP_NET_ADMIN");
            }
            if (errno != Errno.EBUSY) throw Failure.of("ioctl(TUNSETIFF)", errno);

            request.flags(FLAGS);
            if (libc.ioctl(fd, IfReq.TUNSETIFF, request.address()) >= 0) return;
            throw Failure.of(
                    "ioctl(TUNSETIFF)", errno, "there is an interface with the name " + name);
        }
    }

    /// Sets the MTU, unless it is that already: the owner of a persistent interface may lack the
    /// right to.
    private static void setMtu(String name, int mtu) throws ErrnoException {
        Libc libc = Libc.current();
        int socket = libc.socket(SockAddr.AF_INET, SockOpt.SOCK_DGRAM | Libc.CLOEXEC, 0);
        if (socket < 0) throw Failure.last("socket");
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

    private static void control(Arena arena, int fd, String request, long code, int value)
            throws ErrnoException {
        long argument = arena.allocateFrom(JAVA_INT, value).address();
        if (Libc.current().ioctl(fd, code, argument) < 0) {
            throw Failure.last("ioctl(" + request + ")");
        }
    }

    private static ErrnoException lastError(String request, String advice) {
        return Failure.of("ioctl(" + request + ")", Libc.current().errno(), advice);
    }

    private static final String DEVICE = "/dev/net/tun";
    private static final int FLAGS = IfReq.IFF_TUN | IfReq.IFF_NO_PI;
    private static final int VIRTIO_NET_HDR_BYTES = 10;
}
