package dev.adit.os.ffi;

import static dev.adit.os.ffi.NetworkOrder.NET_INT;
import static dev.adit.os.ffi.NetworkOrder.NET_LONG;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/// Writes and reads control messages (`struct cmsghdr`, see cmsg(3)) at `at` in a segment.
/// Stateless.
public final class Cmsg {
    /// Writes a control message that holds one `int`; returns the offset of the next one.
    public static long setInt(MemorySegment memory, long at, int level, int type, int value) {
        header(memory, at, Integer.BYTES, level, type);
        memory.set(JAVA_INT_UNALIGNED, at + DATA, value);
        return at + space(Integer.BYTES);
    }

    /// Writes a control message that holds one `short`; returns the offset of the next one.
    public static long setShort(MemorySegment memory, long at, int level, int type, int value) {
        header(memory, at, Short.BYTES, level, type);
        memory.set(JAVA_SHORT_UNALIGNED, at + DATA, (short) value);
        return at + space(Short.BYTES);
    }

    /// Writes an `IP_PKTINFO` that asks for a source address and an interface, 0 for any; returns
    /// the offset of the next one.
    public static long setPktInfo(MemorySegment memory, long at, int source, int index) {
        header(memory, at, PKTINFO_BYTES, SockOpt.IPPROTO_IP, SockOpt.IP_PKTINFO);
        memory.set(JAVA_INT_UNALIGNED, at + DATA + PKTINFO_INDEX, index);
        memory.set(NET_INT, at + DATA + PKTINFO_SOURCE, source);
        memory.set(NET_INT, at + DATA + PKTINFO_DESTINATION, 0);
        return at + space(PKTINFO_BYTES);
    }

    /// Writes an `IPV6_PKTINFO` in the same way.
    public static long setPktInfo6(
            MemorySegment memory, long at, long sourceHigh, long sourceLow, int index) {
        header(memory, at, PKTINFO6_BYTES, SockOpt.IPPROTO_IPV6, SockOpt.IPV6_PKTINFO);
        memory.set(NET_LONG, at + DATA + PKTINFO6_HIGH, sourceHigh);
        memory.set(NET_LONG, at + DATA + PKTINFO6_LOW, sourceLow);
        memory.set(JAVA_INT_UNALIGNED, at + DATA + PKTINFO6_INDEX, index);
        return at + space(PKTINFO6_BYTES);
    }

    /// True when a whole control message lies between `at` and `end`.
    public static boolean present(MemorySegment memory, long at, long end) {
        return end - at >= DATA && length(memory, at) >= DATA && length(memory, at) <= end - at;
    }

    /// The offset of the control message after that at `at`.
    public static long next(MemorySegment memory, long at) {
        return at + align(length(memory, at));
    }

    /// The level and the type of the control message at `at`, as [#key] combines them.
    public static long key(MemorySegment memory, long at) {
        return memory.get(JAVA_LONG_UNALIGNED, at + LEVEL);
    }

    /// Level and type as one number, as they lie in memory.
    public static long key(int level, int type) {
        return (long) type << 32 | level;
    }

    /// The offset of the data of the control message at `at`.
    public static long data(long at) {
        return at + DATA;
    }

    /// The local address in an `IP_PKTINFO` with its data at `data`: the one from which a received
    /// datagram should be answered.
    public static int pktInfoSource(MemorySegment memory, long data) {
        return memory.get(NET_INT, data + PKTINFO_SOURCE);
    }

    /// The interface index in an `IP_PKTINFO` with its data at `data`.
    public static int pktInfoIndex(MemorySegment memory, long data) {
        return memory.get(JAVA_INT_UNALIGNED, data + PKTINFO_INDEX);
    }

    /// The first 64 bits of the local address in an `IPV6_PKTINFO` with its data at `data`.
    public static long pktInfo6High(MemorySegment memory, long data) {
        return memory.get(NET_LONG, data + PKTINFO6_HIGH);
    }

    /// The last 64 bits of that address.
    public static long pktInfo6Low(MemorySegment memory, long data) {
        return memory.get(NET_LONG, data + PKTINFO6_LOW);
    }

    /// The interface index in an `IPV6_PKTINFO` with its data at `data`.
    public static int pktInfo6Index(MemorySegment memory, long data) {
        return memory.get(JAVA_INT_UNALIGNED, data + PKTINFO6_INDEX);
    }

    /// The space that a control message with `bytes` of data takes (`CMSG_SPACE`).
    public static int space(int bytes) {
        return DATA + (int) align(bytes);
    }

    private static void header(MemorySegment memory, long at, int bytes, int level, int type) {
        memory.set(JAVA_LONG_UNALIGNED, at, DATA + bytes);
        memory.set(JAVA_LONG_UNALIGNED, at + LEVEL, key(level, type));
    }

    private static long length(MemorySegment memory, long at) {
        return memory.get(JAVA_LONG_UNALIGNED, at);
    }

    private static long align(long bytes) {
        return bytes + 7 & ~7L;
    }

    static final int LEVEL = 8;
    static final int DATA = 16;
    static final int PKTINFO_INDEX = 0;
    static final int PKTINFO_SOURCE = 4;
    static final int PKTINFO_DESTINATION = 8;
    static final int PKTINFO_BYTES = 12;
    static final int PKTINFO6_HIGH = 0;
    static final int PKTINFO6_LOW = 8;
    static final int PKTINFO6_INDEX = 16;
    static final int PKTINFO6_BYTES = 20;

    private Cmsg() {}
}
