package dev.adit.os.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.adit.os.ffi.Libc;
import dev.adit.os.ffi.SockOpt;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// Stands for the TUN of a kernel that refuses super-packets: a pair of sockets that takes single
/// packets and refuses what is longer than 4 kB (`EMSGSIZE`). One thread writes, one reads.
final class ShortOnly implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final MemorySegment pair = arena.allocate(JAVA_INT, 2);
    private final MemorySegment room = arena.allocate(1 << 16);

    ShortOnly() throws Throwable {
        int made = (int) SOCKETPAIR.invokeExact(AF_UNIX, SOCK_DGRAM, 0, pair);
        if (made != 0) throw new IllegalStateException("socketpair");
        MemorySegment least = arena.allocateFrom(JAVA_INT, 0); // which the kernel makes 4,608
        Libc.current().setsockopt(fd(), SockOpt.SOL_SOCKET, SockOpt.SO_SNDBUF, least.address(), 4);
    }

    /// Where to write.
    int fd() {
        return pair.getAtIndex(JAVA_INT, 0);
    }

    /// The other end, where it is read.
    int otherEnd() {
        return pair.getAtIndex(JAVA_INT, 1);
    }

    /// The next packet that was written, without its header.
    byte[] read() {
        long bytes = Libc.current().read(otherEnd(), room.address(), room.byteSize());
        if (bytes < VirtioNetHeader.BYTES) throw new IllegalStateException("read " + bytes);
        return room.asSlice(VirtioNetHeader.BYTES, bytes - VirtioNetHeader.BYTES)
                .toArray(JAVA_BYTE);
    }

    @Override
    public void close() {
        Libc.current().close(fd());
        Libc.current().close(otherEnd());
        arena.close();
    }

    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;

    @SuppressWarnings("restricted") // that is what the module may do
    private static final MethodHandle SOCKETPAIR =
            Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().find("socketpair").orElseThrow(),
                            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
}
