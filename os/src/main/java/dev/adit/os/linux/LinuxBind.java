package dev.adit.os.linux;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Bind;
import dev.adit.ip.port.ErrnoException;
import dev.adit.ip.port.Offload;
import dev.adit.ip.port.SendException;
import dev.adit.os.ffi.Errno;
import dev.adit.os.ffi.Libc;
import dev.adit.os.ffi.PollFds;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.nio.channels.ClosedChannelException;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/// UDP sockets on one port, with batched system calls. Thread-safe, except for its sources.
///
/// The sockets stay in the network namespace they were opened in, wherever the tunnel's interface
/// is moved.
final class LinuxBind implements Bind {
    private final @Nullable LinuxUdpSocket v4;
    private final @Nullable LinuxUdpSocket v6;
    private final int port;
    private final List<Receiver> sources;
    private final UseCount uses = new UseCount();
    private final Wakeup wakeup = new Wakeup();
    private final Arena arena = Arena.ofShared();
    private volatile int fwmark;
    private volatile @Nullable RouteCache routes; // null where routes are not followed
    private @Nullable RouteWatch watch; // guarded by this

    /// Takes over the sockets, unless this fails.
    ///
    /// @param v4 the IPv4 socket, or null when there is none
    /// @param v6 the IPv6 socket, or null when there is none
    /// @param fwmark the firewall mark of the sockets
    LinuxBind(@Nullable LinuxUdpSocket v4, @Nullable LinuxUdpSocket v6, int fwmark)
            throws ErrnoException {
        this.v4 = v4;
        this.v6 = v6;
        this.fwmark = fwmark;
        port = Objects.requireNonNull(v4 != null ? v4 : v6).port();
        sources = sockets().<Receiver>map(s -> new UdpReceiver(arena, s, uses, wakeup)).toList();
    }

    @Override
    public int port() {
        return port;
    }

    /// Waits for a datagram; false when none comes within `timeout` milliseconds.
    boolean awaitDatagram(int timeout) {
        PollFds readable = new PollFds(Arena.ofAuto(), 1);
        readable.set(0, sockets().findFirst().orElseThrow().fd(), PollFds.POLLIN);
        return readable.await(timeout);
    }

    @Override
    public List<Receiver> receivers() {
        return sources;
    }

    @Override
    public void send(PacketBatch packets, int from, int to, Endpoint endpoint)
            throws SendException {
        LinuxUdpSocket socket = endpoint.address().v6() ? v6 : v4;
        if (socket == null) throw refused("socket", Errno.EAFNOSUPPORT, from, endpoint);
        if (!uses.enter()) throw refused("sendmmsg", Errno.EBADF, from, endpoint);
        try {
            SendmmsgContext context = SendmmsgContext.current();
            int exit = exit(endpoint);
            if (exit == RouteCache.LEFT) {
                String why = "routes have changed";
                throw new SendException("route", Errno.EADDRNOTAVAIL, why, from, true);
            }
            int at = from;
            while (at < to) {
                SegmentLimit limit = socket.segments(endpoint.address());
                int count = context.fill(packets, at, to, endpoint, exit, limit);
                int sent = send(socket, context, count, endpoint);
                at = context.firstEntry(sent);
                if (sent < count) at = sendUncut(socket, context, sent, packets, endpoint, exit);
            }
        } finally {
            uses.leave();
        }
    }

    /// The index of the interface to name with the source of `endpoint`, from [RouteCache#exit].
    private int exit(Endpoint endpoint) {
        RouteCache known = routes;
        return known == null ? endpoint.sourceInterface() : known.exit(endpoint);
    }

    /// Sends the first `count` messages. Returns the number sent: less than all when the kernel
    /// refused to cut the next one.
    private int send(LinuxUdpSocket socket, SendmmsgContext context, int count, Endpoint endpoint)
            throws SendException {
        Libc libc = Libc.current();
        int sent = 0;
        while (sent < count) {
            int n = libc.sendmmsg(socket.fd(), context.address(sent), count - sent, 0);
            if (n > 0) {
                sent += n;
                continue;
            }
            int entry = context.firstEntry(sent);
            switch (libc.errno()) {
                case Errno.EINTR -> {}
                case Errno.EAGAIN -> context.awaitRoom(socket.fd(), wakeup);
                default -> {
                    if (context.segmentSize(sent) != 0) return sent;
                    throw refused("sendmmsg", libc.errno(), entry, endpoint);
                }
            }
            if (uses.isClosed()) throw refused("sendmmsg", Errno.EBADF, entry, endpoint);
        }
        return sent;
    }

    /// Sends the entries of message `i` one by one, after it was refused as a whole; returns the
    /// entry after them. If the kernel takes them this way, cutting was the reason.
    private int sendUncut(
            LinuxUdpSocket socket,
            SendmmsgContext context,
            int i,
            PacketBatch packets,
            Endpoint endpoint,
            int exit)
            throws SendException {
        int errno = Libc.current().errno();
        int segmentSize = context.segmentSize(i);
        int from = context.firstEntry(i), to = context.firstEntry(i + 1);
        for (int at = from; at < to; at = context.firstEntry(send(socket, context, 1, endpoint))) {
            context.fill(packets, at, at + 1, endpoint, exit, null);
        }
        socket.refusedToCut(segmentSize, endpoint.address(), errno);
        return to;
    }

    private static SendException refused(String function, int errno, int entry, Endpoint endpoint) {
        boolean sourceGone = endpoint.hasSource() && mayBlameSource(errno);
        return new SendException(function, errno, Errno.text(errno), entry, sourceGone);
    }

    /// True for the errors that mean that the source address or interface is gone, or does not lead
    /// to the destination.
    private static boolean mayBlameSource(int errno) {
        return switch (errno) {
            case Errno.EINVAL,
                    Errno.ENODEV,
                    Errno.ENXIO,
                    Errno.EADDRNOTAVAIL,
                    Errno.ENETDOWN,
                    Errno.ENETUNREACH,
                    Errno.EHOSTUNREACH ->
                    true;
            default -> false;
        };
    }

    @Override
    public Endpoint endpoint(PacketBatch received, int i, @Nullable Endpoint known) {
        return DatagramAddresses.endpoint(received.addresses(), i, known);
    }

    /// Follows the system's routes until the bind is closed. If the system forbids that, datagrams
    /// leave by the interface that their source was learnt from.
    synchronized void followRoutes() {
        if (routes != null) throw new IllegalStateException("followed already");
        RouteCache cache = null;
        try {
            cache = new RouteCache(() -> fwmark);
            watch = new RouteWatch(uses, wakeup, cache::invalidate, cache::lookups);
            Thread.ofPlatform().name("adit-" + port + "-routes").daemon().start(watch);
            routes = cache;
        } catch (ErrnoException | OutOfMemoryError e) {
            if (cache != null) cache.close();
            if (watch != null) watch.close();
            watch = null;
            LOG.log(Level.WARNING, "Route changes are not followed: " + e.getMessage());
        }
    }

    @Override
    public Set<Offload> offloads() {
        Set<Offload> all = EnumSet.noneOf(Offload.class);
        sockets().forEach(socket -> all.addAll(socket.offloads().snapshot()));
        return all;
    }

    @Override
    public void mark(int fwmark) throws IOException {
        if (!uses.enter()) throw new ClosedChannelException();
        try {
            if (fwmark == 0 && this.fwmark == 0) return; // needs no privilege
            this.fwmark = fwmark;
            if (v4 != null) v4.mark(fwmark);
            if (v6 != null) v6.mark(fwmark);
            if (routes != null) routes.invalidate();
        } finally {
            uses.leave();
        }
    }

    @Override
    public void close() {
        if (!uses.close()) return;
        wakeup.signal();
        uses.awaitEmpty();
        sockets().forEach(LinuxUdpSocket::close);
        closeRoutes();
        wakeup.close();
        arena.close();
    }

    private synchronized void closeRoutes() {
        if (routes == null) return;
        routes.close();
        if (watch != null) watch.close();
    }

    private Stream<LinuxUdpSocket> sockets() {
        return Stream.of(v4, v6).filter(Objects::nonNull);
    }

    private static final System.Logger LOG = System.getLogger("adit.routes");
}
