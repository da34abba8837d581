package dev.adit.os.linux;

import dev.adit.ip.port.ErrnoException;
import dev.adit.os.ffi.Errno;
import dev.adit.os.ffi.Libc;
import dev.adit.os.ffi.Netlink;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;

/// Looks up the interface of a TUN descriptor and its state, in any namespace. Stateless.
///
/// A namespace is identified by its number in the namespace of this process (`nsid`), so that no
/// thread has to enter it, and nothing keeps it alive when it is deleted.
final class LinkQuery {
    /// The state of an interface.
    ///
    /// @param up whether it was set up
    record Link(int mtu, boolean up) {}

    /// The present state of the interface.
    static Link find(TunDescriptor tun) throws ErrnoException {
        try (Arena arena = Arena.ofConfined();
                RouteSocket socket = new RouteSocket(arena, 0)) {
            ErrnoException refused = null;
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                socket.requestLink(namespace(socket, tun), tun.name());
                while (socket.next()) {
                    if (socket.isLink()) return link(socket);
                    if (socket.error() != 0) refused = socket.refusal("RTM_GETLINK");
                }
            }
            throw refused != null ? refused : ErrnoExceptions.of("recvmmsg", Errno.EAGAIN);
        }
    }

    private static Link link(RouteSocket socket) {
        return new Link(socket.mtu(), (socket.flags() & Netlink.IFF_UP) != 0);
    }

    /// The number of the namespace in which the interface is, or [RouteSocket#OWN].
    static int namespace(TunDescriptor tun) throws ErrnoException {
        try (Arena arena = Arena.ofConfined();
                RouteSocket socket = new RouteSocket(arena, 0)) {
            return namespace(socket, tun);
        }
    }

    private static int namespace(RouteSocket socket, TunDescriptor tun) throws ErrnoException {
        int fd = tun.openNamespace();
        if (fd < 0) return RouteSocket.OWN;
        try {
            int number = number(socket, fd);
            if (number >= 0 || isOwn(fd)) return number;
            socket.requestNumber(fd);
            while (socket.next()) {
                if (socket.error() != 0) throw socket.refusal("RTM_NEWNSID");
            }
            return number(socket, fd);
        } finally {
            Libc.current().close(fd);
        }
    }

    /// The number of the namespace, or -1.
    private static int number(RouteSocket socket, int fd) throws ErrnoException {
        socket.queryNumber(fd);
        int number = RouteSocket.OWN;
        while (socket.next()) {
            if (socket.isNamespace()) number = socket.namespaceNumber();
        }
        return number;
    }

    private static boolean isOwn(int fd) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd))
                    .equals(Files.readSymbolicLink(Path.of("/proc/self/ns/net")));
        } catch (IOException noProc) {
            return true;
        }
    }

    /// A rename or a move between two requests spoils an answer, but hardly ever three times.
    private static final int ATTEMPTS = 3;

    private LinkQuery() {}
}
