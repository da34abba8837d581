package dev.adit.os.ffi;

import static dev.adit.os.ffi.NetworkOrder.NET_INT;
import static dev.adit.os.ffi.NetworkOrder.NET_LONG;
import static dev.adit.os.ffi.NetworkOrder.NET_SHORT;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/// Writes and reads `struct sockaddr_in`, `sockaddr_in6` and `sockaddr_nl` at `at` in a segment.
/// Stateless.
public final class SockAddr {
    /// The address family of the structure at `at`.
    public static int family(MemorySegment memory, long at) {
        return memory.get(JAVA_SHORT_UNALIGNED, at + FAMILY);
    }

    /// Writes a `sockaddr_in`.
    public static void setInet(MemorySegment memory, long at, int address, int port) {
        memory.set(JAVA_SHORT_UNALIGNED, at + FAMILY, (short) AF_INET);
        memory.set(NET_SHORT, at + PORT, (short) port);
        memory.set(NET_INT, at + INET_ADDRESS, address);
        memory.set(NET_LONG, at + INET_ZERO, 0);
    }

    /// Writes a `sockaddr_in6`.
    ///
    /// @param high the first 64 bits of the address
    /// @param low the last 64 bits of the address
    /// @param scope an interface index, or 0
    public static void setInet6(
            MemorySegment memory, long at, long high, long low, int port, int scope) {
        memory.set(JAVA_SHORT_UNALIGNED, at + FAMILY, (short) AF_INET6);
        memory.set(NET_SHORT, at + PORT, (short) port);
        memory.set(NET_INT, at + INET6_FLOW, 0);
        memory.set(NET_LONG, at + INET6_HIGH, high);
        memory.set(NET_LONG, at + INET6_LOW, low);
        memory.set(JAVA_INT_UNALIGNED, at + INET6_SCOPE, scope);
    }

    /// Writes a `sockaddr_nl` whose port number is left to the kernel.
    public static void setNetlink(MemorySegment memory, long at, int groups) {
        memory.set(JAVA_INT_UNALIGNED, at + FAMILY, AF_NETLINK);
        memory.set(JAVA_INT_UNALIGNED, at + NETLINK_PORT, 0);
        memory.set(JAVA_INT_UNALIGNED, at + NETLINK_GROUPS, groups);
    }

    /// The UDP port of a `sockaddr_in` or `sockaddr_in6`.
    public static int port(MemorySegment memory, long at) {
        return memory.get(NET_SHORT, at + PORT) & 0xffff;
    }

    /// The address of a `sockaddr_in`.
    public static int inet(MemorySegment memory, long at) {
        return memory.get(NET_INT, at + INET_ADDRESS);
    }

    /// The first 64 bits of the address of a `sockaddr_in6`.
    public static long inet6High(MemorySegment memory, long at) {
        return memory.get(NET_LONG, at + INET6_HIGH);
    }

    /// The last 64 bits of the address of a `sockaddr_in6`.
    public static long inet6Low(MemorySegment memory, long at) {
        return memory.get(NET_LONG, at + INET6_LOW);
    }

    /// The scope of a `sockaddr_in6`.
    public static int inet6Scope(MemorySegment memory, long at) {
        return memory.get(JAVA_INT_UNALIGNED, at + INET6_SCOPE);
    }

    /// The port number of a `sockaddr_nl`: 0 for the kernel.
    public static int netlinkPort(MemorySegment memory, long at) {
        return memory.get(JAVA_INT_UNALIGNED, at + NETLINK_PORT);
    }

    /// The multicast groups of a `sockaddr_nl`: 0 for a message to this socket only.
    public static int netlinkGroups(MemorySegment memory, long at) {
        return memory.get(JAVA_INT_UNALIGNED, at + NETLINK_GROUPS);
    }

    /// IPv4.
    public static final int AF_INET = 2;

    /// IPv6.
    public static final int AF_INET6 = 10;

    /// Netlink.
    public static final int AF_NETLINK = 16;

    /// The size of a `sockaddr_in`.
    public static final int INET_BYTES = 16;

    /// The size of a `sockaddr_in6`, the largest of the three.
    public static final int INET6_BYTES = 28;

    /// The size of a `sockaddr_nl`.
    public static final int NETLINK_BYTES = 12;

    private static final int FAMILY = 0;
    private static final int PORT = 2;
    private static final int INET_ADDRESS = 4;
    private static final int INET_ZERO = 8;
    private static final int INET6_FLOW = 4;
    private static final int INET6_HIGH = 8;
    private static final int INET6_LOW = 16;
    private static final int INET6_SCOPE = 24;
    private static final int NETLINK_PORT = 4;
    private static final int NETLINK_GROUPS = 8;

    private SockAddr() {}
}
