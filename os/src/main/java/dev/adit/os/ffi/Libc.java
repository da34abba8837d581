package dev.adit.os.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;

/// The C library: one method for each function, under its C name. A result of -1 means failure, and
/// [#errno] gives the reason.
///
/// Confined to its thread: take it from [#current] where it is used and keep it in no field.
/// Pointers are addresses, so that nothing is allocated for a call; the caller keeps the memory
/// alive.
public final class Libc {

    // All functions are linked with one shape, six 64-bit integers to one. Both calling
    // conventions at hand (System V x86-64, AAPCS64) pass integers and pointers alike in registers;
    // a function reads as many registers, and as much of each, as it has parameters, also when it
    // is variadic. Linking a new shape costs 4 to 5 ms, a further function of a known one 0.1 ms.

    // A call makes an object, which the compiler optimises away where it knows the handle.

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO =
            STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
    private static final FunctionDescriptor SHAPE =
            FunctionDescriptor.of(
                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final ThreadLocal<Libc> CURRENT = ThreadLocal.withInitial(Libc::new);

    private final MemorySegment state = Arena.ofAuto().allocate(STATE);

    private Libc() {}

    /// The calling thread's instance.
    public static Libc current() {
        return CURRENT.get();
    }

    /// The error number of the last failed call through this object.
    public int errno() {
        return state.get(JAVA_INT, ERRNO);
    }

    /// [open(2)](https://man7.org/linux/man-pages/man2/open.2.html) of an existing file: a
    /// descriptor, or -1.
    public int open(long path, int flags) {
        return (int) call(OPEN, path, flags, 0, 0, 0, 0);
    }

    /// [close(2)](https://man7.org/linux/man-pages/man2/close.2.html): 0, or -1. The descriptor is
    /// released in any case.
    public int close(int fd) {
        return (int) call(CLOSE, fd, 0, 0, 0, 0, 0);
    }

    /// [read(2)](https://man7.org/linux/man-pages/man2/read.2.html): bytes read, or -1.
    public long read(int fd, long buffer, long bytes) {
        return call(READ, fd, buffer, bytes, 0, 0, 0);
    }

    /// [write(2)](https://man7.org/linux/man-pages/man2/write.2.html): bytes written, or -1.
    public long write(int fd, long buffer, long bytes) {
        return call(WRITE, fd, buffer, bytes, 0, 0, 0);
    }

    /// [writev(2)](https://man7.org/linux/man-pages/man2/writev.2.html): bytes written, or -1.
    public long writev(int fd, long buffers, int count) {
        return call(WRITEV, fd, buffers, count, 0, 0, 0);
    }

    /// [ioctl(2)](https://man7.org/linux/man-pages/man2/ioctl.2.html): the result of the request,
    /// or -1.
    public int ioctl(int fd, long request, long argument) {
        return (int) call(IOCTL, fd, request, argument, 0, 0, 0);
    }

    /// [poll(2)](https://man7.org/linux/man-pages/man2/poll.2.html): the number of descriptors with
    /// events, 0 when `timeout` milliseconds have passed, or -1. A negative timeout means none.
    public int poll(long fds, int count, int timeout) {
        return (int) call(POLL, fds, count, timeout, 0, 0, 0);
    }

    /// [eventfd(2)](https://man7.org/linux/man-pages/man2/eventfd.2.html): a descriptor, or -1.
    public int eventfd(int initial, int flags) {
        return (int) call(EVENTFD, initial, flags, 0, 0, 0, 0);
    }

    /// [socket(2)](https://man7.org/linux/man-pages/man2/socket.2.html): a descriptor, or -1.
    public int socket(int domain, int type, int protocol) {
        return (int) call(SOCKET, domain, type, protocol, 0, 0, 0);
    }

    /// [bind(2)](https://man7.org/linux/man-pages/man2/bind.2.html): 0, or -1.
    public int bind(int fd, long address, int length) {
        return (int) call(BIND, fd, address, length, 0, 0, 0);
    }

    /// [connect(2)](https://man7.org/linux/man-pages/man2/connect.2.html): 0, or -1.
    public int connect(int fd, long address, int length) {
        // Not by way of call: with one more function, the object there is not optimised away.
        try {
            return (int)
                    (long)
                            Link.CONNECT.invokeExact(
                                    state, (long) fd, address, (long) length, 0L, 0L, 0L);
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    /// [getsockname(2)](https://man7.org/linux/man-pages/man2/getsockname.2.html): 0, or -1.
    ///
    /// @param length the address of an `int`: the room at `address`, then the bytes used
    public int getsockname(int fd, long address, long length) {
        return (int) call(GETSOCKNAME, fd, address, length, 0, 0, 0);
    }

    /// [setsockopt(2)](https://man7.org/linux/man-pages/man2/setsockopt.2.html): 0, or -1.
    public int setsockopt(int fd, int level, int option, long value, int length) {
        return (int) call(SETSOCKOPT, fd, level, option, value, length, 0);
    }

    /// [recvmmsg(2)](https://man7.org/linux/man-pages/man2/recvmmsg.2.html) without a timeout:
    /// messages received, or -1.
    public int recvmmsg(int fd, long messages, int count, int flags) {
        return (int) call(RECVMMSG, fd, messages, count, flags, 0, 0);
    }

    /// [sendmmsg(2)](https://man7.org/linux/man-pages/man2/sendmmsg.2.html): messages sent, or -1
    /// when the first was refused.
    public int sendmmsg(int fd, long messages, int count, int flags) {
        return (int) call(SENDMMSG, fd, messages, count, flags, 0, 0);
    }

    /// [mmap(2)](https://man7.org/linux/man-pages/man2/mmap.2.html) of new memory that belongs to
    /// no file: `bytes` zeroed bytes that can be read and written and are never given back; null on
    /// failure.
    @SuppressWarnings("restricted")
    public @Nullable MemorySegment mmapAnonymous(long bytes) {
        long address = call(MMAP, 0, bytes, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0);
        return address == -1 ? null : MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    /// [mlock(2)](https://man7.org/linux/man-pages/man2/mlock.2.html): 0, or -1.
    public int mlock(long address, long bytes) {
        return (int) call(MLOCK, address, bytes, 0, 0, 0, 0);
    }

    /// [madvise(2)](https://man7.org/linux/man-pages/man2/madvise.2.html): 0, or -1.
    public int madvise(long address, long bytes, int advice) {
        return (int) call(MADVISE, address, bytes, advice, 0, 0, 0);
    }

    /// [clock_gettime(2)](https://man7.org/linux/man-pages/man2/clock_gettime.2.html): 0, or -1.
    ///
    /// @param time the address of a `timespec`: seconds and nanoseconds, 64 bits each
    public int clock_gettime(int clock, long time) {
        return (int) call(CLOCK_GETTIME, clock, time, 0, 0, 0, 0);
    }

    /// Calls one of the functions below. All of them are here so that this method is too large for
    /// the compiler to inline into its callers: in those, which are large, it may fail to optimise
    /// the object away.
    private long call(int function, long a, long b, long c, long d, long e, long f) {
        try {
            return switch (function) {
                case OPEN -> (long) Link.OPEN.invokeExact(state, a, b, c, d, e, f);
                case CLOSE -> (long) Link.CLOSE.invokeExact(state, a, b, c, d, e, f);
                case READ -> (long) Link.READ.invokeExact(state, a, b, c, d, e, f);
                case WRITE -> (long) Link.WRITE.invokeExact(state, a, b, c, d, e, f);
                case WRITEV -> (long) Link.WRITEV.invokeExact(state, a, b, c, d, e, f);
                case IOCTL -> (long) Link.IOCTL.invokeExact(state, a, b, c, d, e, f);
                case POLL -> (long) Link.POLL.invokeExact(state, a, b, c, d, e, f);
                case EVENTFD -> (long) Link.EVENTFD.invokeExact(state, a, b, c, d, e, f);
                case SOCKET -> (long) Link.SOCKET.invokeExact(state, a, b, c, d, e, f);
                case BIND -> (long) Link.BIND.invokeExact(state, a, b, c, d, e, f);
                case GETSOCKNAME -> (long) Link.GETSOCKNAME.invokeExact(state, a, b, c, d, e, f);
                case SETSOCKOPT -> (long) Link.SETSOCKOPT.invokeExact(state, a, b, c, d, e, f);
                case RECVMMSG -> (long) Link.RECVMMSG.invokeExact(state, a, b, c, d, e, f);
                case SENDMMSG -> (long) Link.SENDMMSG.invokeExact(state, a, b, c, d, e, f);
                case MMAP -> (long) Link.MMAP.invokeExact(state, a, b, c, d, e, f);
                case MLOCK -> (long) Link.MLOCK.invokeExact(state, a, b, c, d, e, f);
                case MADVISE -> (long) Link.MADVISE.invokeExact(state, a, b, c, d, e, f);
                case CLOCK_GETTIME ->
                        (long) Link.CLOCK_GETTIME.invokeExact(state, a, b, c, d, e, f);
                default -> throw new IllegalArgumentException();
            };
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    /// The functions, each linked separately.
    private static final class Link {
        static final MethodHandle OPEN = link("open");
        static final MethodHandle CLOSE = link("close");
        static final MethodHandle READ = link("read");
        static final MethodHandle WRITE = link("write");
        static final MethodHandle WRITEV = link("writev");
        static final MethodHandle IOCTL = link("ioctl");
        static final MethodHandle POLL = link("poll");
        static final MethodHandle EVENTFD = link("eventfd");
        static final MethodHandle SOCKET = link("socket");
        static final MethodHandle BIND = link("bind");
        static final MethodHandle GETSOCKNAME = link("getsockname");
        static final MethodHandle SETSOCKOPT = link("setsockopt");
        static final MethodHandle RECVMMSG = link("recvmmsg");
        static final MethodHandle SENDMMSG = link("sendmmsg");
        static final MethodHandle MMAP = link("mmap");
        static final MethodHandle MLOCK = link("mlock");
        static final MethodHandle MADVISE = link("madvise");
        static final MethodHandle CLOCK_GETTIME = link("clock_gettime");
        static final MethodHandle CONNECT = link("connect");

        @SuppressWarnings("restricted")
        private static MethodHandle link(String function) {
            return LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow(function),
                    SHAPE,
                    Linker.Option.captureCallState("errno"));
        }
    }

    private static final int OPEN = 0;
    private static final int CLOSE = 1;
    private static final int READ = 2;
    private static final int WRITE = 3;
    private static final int WRITEV = 4;
    private static final int IOCTL = 5;
    private static final int POLL = 6;
    private static final int EVENTFD = 7;
    private static final int SOCKET = 8;
    private static final int BIND = 9;
    private static final int GETSOCKNAME = 10;
    private static final int SETSOCKOPT = 11;
    private static final int RECVMMSG = 12;
    private static final int SENDMMSG = 13;
    private static final int MMAP = 14;
    private static final int MLOCK = 15;
    private static final int MADVISE = 16;
    private static final int CLOCK_GETTIME = 17;

    /// `CLOCK_BOOTTIME` of clock_gettime(2): goes on while the machine sleeps.
    public static final int CLOCK_BOOTTIME = 7;

    /// `O_RDWR` of open(2).
    public static final int O_RDWR = 2;

    /// `O_NONBLOCK`, which is also `SOCK_NONBLOCK` and `EFD_NONBLOCK`.
    public static final int NONBLOCK = 0x800;

    /// `MADV_DONTDUMP` of madvise(2): not in a core dump.
    public static final int MADV_DONTDUMP = 16;

    /// `MADV_WIPEONFORK` of madvise(2): zeros in a child process.
    public static final int MADV_WIPEONFORK = 18;

    private static final int READ_WRITE = 3; // PROT_READ, PROT_WRITE
    private static final int PRIVATE_ANONYMOUS = 0x22; // MAP_PRIVATE, MAP_ANONYMOUS

    /// `O_CLOEXEC`, which is also `SOCK_CLOEXEC` and `EFD_CLOEXEC`.
    public static final int CLOEXEC = 0x80000;
}
