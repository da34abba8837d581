package dev.adit.bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.nio.ByteOrder;

/// A UDP socket over IPv4 in the network namespace of the calling thread, with one system call for
/// each packet and buffers of 8 MiB. Linux only. Confined to one thread.
final class RawUdp {
    private final int descriptor;
    private final MemorySegment buffer = Arena.global().allocate(1 << 16);

    private RawUdp(int descriptor) {
        this.descriptor = descriptor;
    }

    /// Moves the calling thread, and no other, to a namespace made by `ip netns add`.
    static void enter(String netns) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment path = arena.allocateFrom("/run/netns/" + netns);
            int file = check("open", (int) OPEN.invokeExact(STATE, path, 0));
            check("setns", (int) SETNS.invokeExact(STATE, file, CLONE_NEWNET));
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /// A socket that sends to `address` and `port`.
    static RawUdp connected(String address, int port) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int fd = socket(arena);
            check(
                    "connect",
                    (int) CONNECT.invokeExact(STATE, fd, name(arena, address, port), NAME));
            return new RawUdp(fd);
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /// A socket that receives at `address` and `port`.
    static RawUdp bound(String address, int port) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int fd = socket(arena);
            check("bind", (int) BIND.invokeExact(STATE, fd, name(arena, address, port), NAME));
            return new RawUdp(fd);
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    private static int socket(Arena arena) throws Throwable {
        int fd = check("socket", (int) SOCKET.invokeExact(STATE, AF_INET, SOCK_DGRAM, 0));
        MemorySegment bytes = arena.allocateFrom(JAVA_INT, BUFFER);
        check(
                "setsockopt",
                (int) OPTION.invokeExact(STATE, fd, SOL_SOCKET, SO_RCVBUFFORCE, bytes, 4));
        check(
                "setsockopt",
                (int) OPTION.invokeExact(STATE, fd, SOL_SOCKET, SO_SNDBUFFORCE, bytes, 4));
        return fd;
    }

    private static MemorySegment name(Arena arena, String address, int port) throws IOException {
        MemorySegment name = arena.allocate(NAME);
        name.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
        name.set(PORT, 2, (short) port);
        byte[] ip = InetAddress.getByName(address).getAddress();
        MemorySegment.copy(ip, 0, name, ValueLayout.JAVA_BYTE, 4, ip.length);
        return name;
    }

    /// Sends a packet of `bytes` bytes that starts with `number`. What the system refuses is lost.
    void send(long number, int bytes) {
        try {
            buffer.set(JAVA_LONG, 0, number);
            long sent = (long) SEND.invokeExact(descriptor, buffer, (long) bytes, 0);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// Waits for a packet; the number that it starts with.
    long receive() throws IOException {
        try {
            long got = (long) RECV.invokeExact(descriptor, buffer, buffer.byteSize(), 0);
            if (got < 0) throw new IOException("recv");
            return got < 8 ? -1 : buffer.get(JAVA_LONG, 0);
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    private static int check(String function, int result) throws IOException {
        if (result < 0) {
            throw new IOException(function + ": errno " + STATE.get(JAVA_INT, ERRNO_OFFSET));
        }
        return result;
    }

    private static IOException failure(Throwable e) {
        if (e instanceof IOException io) return io;
        return new IOException(e);
    }

    /// A function whose error number is kept in [#STATE].
    private static MethodHandle checked(String name, FunctionDescriptor descriptor) {
        return function(name, descriptor, Linker.Option.captureCallState("errno"));
    }

    private static MethodHandle function(
            String name, FunctionDescriptor descriptor, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, options);
    }

    // Of whichever thread failed last, which is near enough to explain a failure.
    private static final MemorySegment STATE =
            Arena.global().allocate(Linker.Option.captureStateLayout());
    private static final long ERRNO_OFFSET =
            Linker.Option.captureStateLayout()
                    .byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM = 2;
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int CLONE_NEWNET = 0x40000000;
    private static final int NAME = 16;
    private static final int BUFFER = 8 << 20;
    private static final ValueLayout.OfShort PORT =
            ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    private static final MethodHandle OPEN =
            checked("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SETNS =
            checked("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle SOCKET =
            checked("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle CONNECT =
            checked("connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle BIND =
            checked("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle OPTION =
            checked(
                    "setsockopt",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SEND =
            function(
                    "send",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle RECV =
            function(
                    "recv",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
}
