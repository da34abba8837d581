package dev.adit.os.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.adit.ip.port.ClientSocket;
import dev.adit.ip.port.ErrnoException;
import dev.adit.os.ffi.Errno;
import dev.adit.os.ffi.Libc;
import dev.adit.os.ffi.PollFds;
import dev.adit.os.ffi.SockAddr;
import dev.adit.os.ffi.SockOpt;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/// A connected, non-blocking client socket with a firewall mark. Confined to one thread.
final class MarkedSocket implements ClientSocket {
    private final int fd;
    private boolean closed;

    private MarkedSocket(int fd) {
        this.fd = fd;
    }

    /// Connects within `millis` milliseconds.
    static MarkedSocket connect(boolean stream, InetSocketAddress to, int fwmark, int millis)
            throws IOException {
        int family = isV6(to) ? SockAddr.AF_INET6 : SockAddr.AF_INET;
        int type = stream ? SockOpt.SOCK_STREAM : SockOpt.SOCK_DGRAM;
        int fd = Libc.current().socket(family, type | Libc.NONBLOCK | Libc.CLOEXEC, 0);
        if (fd < 0) throw ErrnoExceptions.last("socket");
        MarkedSocket socket = new MarkedSocket(fd);
        try {
            socket.mark(fwmark);
            socket.connect(to, millis);
            return socket;
        } catch (Throwable thrown) {
            socket.close();
            throw thrown;
        }
    }

    private static boolean isV6(InetSocketAddress to) {
        return to.getAddress() instanceof Inet6Address;
    }

    private void mark(int fwmark) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            long value = arena.allocateFrom(JAVA_INT, fwmark).address();
            int level = SockOpt.SOL_SOCKET;
            if (Libc.current().setsockopt(fd, level, SockOpt.SO_MARK, value, Integer.BYTES) < 0) {
                throw ErrnoExceptions.last("setsockopt(SO_MARK)");
            }
        }
    }

    private void connect(InetSocketAddress to, int millis) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(SockAddr.INET6_BYTES, Long.BYTES);
            int length = write(to, address);
            Libc libc = Libc.current();
            if (libc.connect(fd, address.address(), length) == 0) return;
            if (libc.errno() != Errno.EINPROGRESS) throw ErrnoExceptions.last("connect");
            await(PollFds.POLLOUT, millis);
            // The second call returns the result of the first.
            if (libc.connect(fd, address.address(), length) < 0)
                throw ErrnoExceptions.last("connect");
        }
    }

    /// Writes the address in the form of the C library; returns its length.
    private static int write(InetSocketAddress to, MemorySegment address) {
        ByteBuffer bytes = ByteBuffer.wrap(to.getAddress().getAddress());
        if (!(to.getAddress() instanceof Inet6Address v6)) {
            SockAddr.setInet(address, 0, bytes.getInt(), to.getPort());
            return SockAddr.INET_BYTES;
        }
        long high = bytes.getLong(), low = bytes.getLong();
        SockAddr.setInet6(address, 0, high, low, to.getPort(), v6.getScopeId());
        return SockAddr.INET6_BYTES;
    }

    /// Waits for `event`, an error or the end of the stream.
    private void await(int event, int millis) throws SocketTimeoutException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        try (Arena arena = Arena.ofConfined()) {
            PollFds poll = new PollFds(arena, 1);
            poll.set(0, fd, event);
            while (true) { // a signal ends the wait too
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (poll.await((int) Math.max(0, left))) return;
                if (left <= 0) throw new SocketTimeoutException("no answer");
            }
        }
    }

    @Override
    public InetAddress localAddress() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(SockAddr.INET6_BYTES, Long.BYTES);
            long length = arena.allocateFrom(JAVA_INT, SockAddr.INET6_BYTES).address();
            if (Libc.current().getsockname(fd, address.address(), length) < 0) {
                throw ErrnoExceptions.last("getsockname");
            }
            if (SockAddr.family(address, 0) == SockAddr.AF_INET) {
                int inet = SockAddr.inet(address, 0);
                return InetAddress.getByAddress(
                        ByteBuffer.allocate(Integer.BYTES).putInt(inet).array());
            }
            ByteBuffer bytes = ByteBuffer.allocate(2 * Long.BYTES);
            bytes.putLong(SockAddr.inet6High(address, 0)).putLong(SockAddr.inet6Low(address, 0));
            return Inet6Address.getByAddress(null, bytes.array(), SockAddr.inet6Scope(address, 0));
        }
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocateFrom(JAVA_BYTE, bytes);
            long sent = Libc.current().write(fd, memory.address(), bytes.length);
            if (sent < 0) throw ErrnoExceptions.last("write");
            // A query is small compared with the buffer of a new socket.
            if (sent < bytes.length) throw new IOException("write: no room in the socket");
        }
    }

    @Override
    public int read(byte[] buffer, int at, int millis) throws IOException {
        int room = buffer.length - at;
        if (room <= 0) throw new IllegalArgumentException("no room");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(room);
            await(PollFds.POLLIN, millis);
            long got = Libc.current().read(fd, memory.address(), room);
            if (got < 0) throw ErrnoExceptions.last("read");
            if (got == 0) return -1; // end of a stream; an empty datagram means as much
            MemorySegment.copy(memory, JAVA_BYTE, 0, buffer, at, (int) got);
            return (int) got;
        }
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        Libc.current().close(fd);
    }
}
