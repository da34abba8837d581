package dev.adit.it.lab;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;

/// A raw socket that sends UDP over IPv4 from any address, many datagrams with one system call.
/// Linux and root only. Confined to one thread.
final class RawIp {
    private final int descriptor;
    private final MemorySegment packets = Arena.global().allocate((long) BATCH * SLOT, 8);
    private final MemorySegment vectors = Arena.global().allocate((long) BATCH * IOVEC, 8);
    private final MemorySegment headers = Arena.global().allocate((long) BATCH * MMSGHDR, 8);
    private final int destination;
    private final int destinationPort;
    private int count;

    /// A socket that sends to this address and port.
    RawIp(int destination, int destinationPort) throws IOException {
        this.destination = destination;
        this.destinationPort = destinationPort;
        try {
            descriptor = (int) SOCKET.invokeExact(AF_INET, SOCK_RAW, IPPROTO_RAW);
        } catch (Throwable e) {
            throw new IOException(e);
        }
        if (descriptor < 0) throw new IOException("no raw socket");
        MemorySegment name = Arena.global().allocate(SOCKADDR, 8);
        name.set(JAVA_SHORT_UNALIGNED, 0, (short) AF_INET);
        name.set(BE32, 4, destination);
        for (int i = 0; i < BATCH; i++) {
            long header = (long) i * MMSGHDR, vector = (long) i * IOVEC;
            headers.set(ADDRESS, header, name);
            headers.set(JAVA_INT, header + 8, SOCKADDR);
            headers.set(ADDRESS, header + 16, vectors.asSlice(vector, IOVEC));
            headers.set(JAVA_LONG, header + 24, 1);
            vectors.set(ADDRESS, vector, packets.asSlice((long) i * SLOT, SLOT));
        }
    }

    /// Notes a datagram, to go with the next [#flush].
    void add(int source, int sourcePort, byte[] payload) {
        long at = (long) count * SLOT;
        int length = IP + UDP + payload.length;
        packets.set(JAVA_BYTE, at, (byte) 0x45);
        packets.set(JAVA_BYTE, at + 1, (byte) 0);
        packets.set(BE16, at + 2, (short) length);
        packets.set(BE32, at + 4, 0); // the kernel fills in identification and checksum
        packets.set(BE16, at + 8, (short) (64 << 8 | IPPROTO_UDP));
        packets.set(BE16, at + 10, (short) 0);
        packets.set(BE32, at + 12, source);
        packets.set(BE32, at + 16, destination);
        packets.set(BE16, at + 20, (short) sourcePort);
        packets.set(BE16, at + 22, (short) destinationPort);
        packets.set(BE16, at + 24, (short) (UDP + payload.length));
        packets.set(BE16, at + 26, (short) 0); // no checksum, as UDP over IPv4 may
        MemorySegment.copy(payload, 0, packets, JAVA_BYTE, at + IP + UDP, payload.length);
        vectors.set(JAVA_LONG, (long) count * IOVEC + 8, length);
        count++;
    }

    /// Sends what was noted. What the system refuses is lost; how many it took.
    int flush() throws IOException {
        try {
            int sent = (int) SENDMMSG.invokeExact(descriptor, headers, count, 0);
            count = 0;
            return Math.max(sent, 0);
        } catch (Throwable e) {
            throw new IOException(e);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }

    /// Datagrams that may be noted.
    static final int BATCH = 64;

    /// Bytes that a payload may have.
    static final int MAX_PAYLOAD = 1472;

    private static final int IP = 20;
    private static final int UDP = 8;
    private static final int SLOT = 1504;
    private static final int IOVEC = 16;
    private static final int MMSGHDR = 64;
    private static final int SOCKADDR = 16;
    private static final int AF_INET = 2;
    private static final int SOCK_RAW = 3;
    private static final int IPPROTO_RAW = 255;
    private static final int IPPROTO_UDP = 17;

    private static final ValueLayout.OfShort BE16 =
            JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt BE32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final MethodHandle SOCKET =
            function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle SENDMMSG =
            function(
                    "sendmmsg",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
}
