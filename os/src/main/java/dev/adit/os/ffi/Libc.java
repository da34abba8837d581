package dev.adit.os.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;

/// The C library: one method for each function, under its C name. A result of -1 means that
/// [#errno] says why.
///
/// Confined to its thread: take it from [#current] where it is used and keep it in no field.
/// Pointers are addresses, so that nothing is allocated for a call; the caller keeps the memory
/// alive.
public final class Libc {

    // All functions are linked with one shape, six 64-bit integers to one. Both calling
    // conventions at hand (System V x86-64, AAPCS64) pass integers and pointers alike in registers;
    // a function reads as many registers, and as much of each, as it has parameters, also when it
    // is variadic. Linking a new shape costs 4 to 5 ms, a further function of a known one 0.1 ms.

    // A call makes an object, which the compiler leaves out where it knows the handle. Functions of
    // the data path
    // therefore name theirs; the others share one method, which knows it only when it is inlined.

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

    /// The calling thread's own.
    public static Libc current() {
        return CURRENT.get();
    }

    /// Why the last function called through this object failed.
    public int errno() {
        return state.get(JAVA_INT, ERRNO);
    }

    /// [open(2)](https://man7.org/linux/man-pages/man2/open.2.html) of an existing file: a
    /// descriptor, or -1.
    public int open(long path, int flags) {
        return (int) call(OPEN, path, flags, 0, 0, 0);
    }

    /// [close(2)](https://man7.org/linux/man-pages/man2/close.2.html): 0, or -1. The descriptor is
    /// released in any case.
    public int close(int fd) {
        return (int) call(CLOSE, fd, 0, 0, 0, 0);
    }

    /// [read(2)](https://man7.org/linux/man-pages/man2/read.2.html): bytes read, or -1.
    public long read(int fd, long buffer, long bytes) {
        try {
            return (long) READ.invokeExact(state, (long) fd, buffer, bytes, 0L, 0L, 0L);
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    /// [write(2)](https://man7.org/linux/man-pages/man2/write.2.html): bytes written, or -1.
    public long write(int fd, long buffer, long bytes) {
        try {
            return (long) WRITE.invokeExact(state, (long) fd, buffer, bytes, 0L, 0L, 0L);
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    /// [writev(2)](https://man7.org/linux/man-pages/man2/writev.2.html): bytes written, or -1.
    public long writev(int fd, long buffers, int count) {
        try {
            return (long) WRITEV.invokeExact(state, (long) fd, buffers, (long) count, 0L, 0L, 0L);
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    /// [ioctl(2)](https://man7.org/linux/man-pages/man2/ioctl.2.html): what the request says, or
    /// -1.
    public int ioctl(int fd, long request, long argument) {
        return (int) call(IOCTL, fd, request, argument, 0, 0);
    }

    /// [poll(2)](https://man7.org/linux/man-pages/man2/poll.2.html): how many descriptors have
    /// events, 0 when `timeout` milliseconds have passed, or -1. A negative timeout is none.
    public int poll(long fds, int count, int timeout) {
        try {
            return (int)
                    (long) POLL.invokeExact(state, fds, (long) count, (long) timeout, 0L, 0L, 0L);
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    /// [eventfd(2)](https://man7.org/linux/man-pages/man2/eventfd.2.html): a descriptor, or -1.
    public int eventfd(int initial, int flags) {
        return (int) call(EVENTFD, initial, flags, 0, 0, 0);
    }

    /// [socket(2)](https://man7.org/linux/man-pages/man2/socket.2.html): a descriptor, or -1.
    public int socket(int domain, int type, int protocol) {
        return (int) call(SOCKET, domain, type, protocol, 0, 0);
    }

    /// [bind(2)](https://man7.org/linux/man-pages/man2/bind.2.html): 0, or -1.
    public int bind(int fd, long address, int length) {
        return (int) call(BIND, fd, address, length, 0, 0);
    }

    /// [getsockname(2)](https://man7.org/linux/man-pages/man2/getsockname.2.html): 0, or -1.
    ///
    /// @param length the address of an `int`: the room at `address`, then the bytes used
    public int getsockname(int fd, long address, long length) {
        return (int) call(GETSOCKNAME, fd, address, length, 0, 0);
    }

    /// [setsockopt(2)](https://man7.org/linux/man-pages/man2/setsockopt.2.html): 0, or -1.
    public int setsockopt(int fd, int level, int option, long value, int length) {
        return (int) call(SETSOCKOPT, fd, level, option, value, length);
    }

    /// [recvmmsg(2)](https://man7.org/linux/man-pages/man2/recvmmsg.2.html) without a timeout:
    /// messages received, or -1.
    public int recvmmsg(int fd, long messages, int count, int flags) {
        try {
            return (int)
                    (long)
                            RECVMMSG.invokeExact(
                                    state, (long) fd, messages, (long) count, (long) flags, 0L, 0L);
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    /// [sendmmsg(2)](https://man7.org/linux/man-pages/man2/sendmmsg.2.html): messages sent, or -1
    /// when the first was refused.
    public int sendmmsg(int fd, long messages, int count, int flags) {
        try {
            return (int)
                    (long)
                            SENDMMSG.invokeExact(
                                    state, (long) fd, messages, (long) count, (long) flags, 0L, 0L);
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    /// [mmap(2)](https://man7.org/linux/man-pages/man2/mmap.2.html) of new memory that belongs to
    /// no file: `bytes` zeroed bytes that can be read and written and are never given back; null
    /// when there are none.
    @SuppressWarnings("restricted")
    public MemorySegment mmapAnonymous(long bytes) {
        long address = call(MMAP, 0, bytes, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0);
        return address == -1 ? null : MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    /// [mlock(2)](https://man7.org/linux/man-pages/man2/mlock.2.html): 0, or -1.
    public int mlock(long address, long bytes) {
        return (int) call(MLOCK, address, bytes, 0, 0, 0);
    }

    /// [madvise(2)](https://man7.org/linux/man-pages/man2/madvise.2.html): 0, or -1.
    public int madvise(long address, long bytes, int advice) {
        return (int) call(MADVISE, address, bytes, advice, 0, 0);
    }

    /// [clock_gettime(2)](https://man7.org/linux/man-pages/man2/clock_gettime.2.html): 0, or -1.
    ///
    /// @param time the address of a `timespec`: seconds and nanoseconds, 64 bits each
    public int clock_gettime(int clock, long time) {
        try {
            return (int)
                    (long) CLOCK_GETTIME.invokeExact(state, (long) clock, time, 0L, 0L, 0L, 0L);
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    private long call(MethodHandle function, long a, long b, long c, long d, long e) {
        return call(function, a, b, c, d, e, 0);
    }

    private long call(MethodHandle function, long a, long b, long c, long d, long e, long f) {
        try {
            return (long) function.invokeExact(state, a, b, c, d, e, f);
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle link(String function) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(function),
                SHAPE,
                Linker.Option.captureCallState("errno"));
    }

    private static final MethodHandle OPEN = link("open");
    private static final MethodHandle CLOSE = link("close");
    private static final MethodHandle READ = link("read");
    private static final MethodHandle WRITE = link("write");
    private static final MethodHandle WRITEV = link("writev");
    private static final MethodHandle IOCTL = link("ioctl");
    private static final MethodHandle POLL = link("poll");
    private static final MethodHandle EVENTFD = link("eventfd");
    private static final MethodHandle SOCKET = link("socket");
    private static final MethodHandle BIND = link("bind");
    private static final MethodHandle GETSOCKNAME = link("getsockname");
    private static final MethodHandle SETSOCKOPT = link("setsockopt");
    private static final MethodHandle RECVMMSG = link("recvmmsg");
    private static final MethodHandle SENDMMSG = link("sendmmsg");
    private static final MethodHandle MMAP = link("mmap");
    private static final MethodHandle MLOCK = link("mlock");
    private static final MethodHandle MADVISE = link("madvise");
    private static final MethodHandle CLOCK_GETTIME = link("clock_gettime");

    /// `CLOCK_BOOTTIME` of clock_gettime(2): grows, also while the machine sleeps.
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
