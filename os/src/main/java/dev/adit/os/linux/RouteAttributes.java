package dev.adit.os.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.adit.os.ffi.Netlink;

import java.lang.foreign.MemorySegment;

/// Reads the attributes that lie from `at` to `end` in a netlink message. Stateless.
final class RouteAttributes {
    /// The number in the first attribute of that type, or `absent`.
    static int value(MemorySegment message, int at, int end, int type, int absent) {
        int attribute = find(message, at, end, type);
        boolean there =
                attribute >= 0
                        && length(message, attribute) >= Netlink.ATTRIBUTE_BYTES + Integer.BYTES;
        return there
                ? message.get(JAVA_INT_UNALIGNED, attribute + Netlink.ATTRIBUTE_BYTES)
                : absent;
    }

    /// The MTU among the metrics of a route, or 0.
    static int mtu(MemorySegment message, int at, int end) {
        int metrics = find(message, at, end, Netlink.RTA_METRICS);
        if (metrics < 0) return 0;
        int first = metrics + Netlink.ATTRIBUTE_BYTES;
        return value(message, first, metrics + length(message, metrics), Netlink.RTAX_MTU, 0);
    }

    /// True when a route leaves by the interface of that index, with one of its next hops at least.
    static boolean leadsTo(MemorySegment message, int at, int end, int index) {
        if (value(message, at, end, Netlink.RTA_OIF, 0) == index) return true;
        int hops = find(message, at, end, Netlink.RTA_MULTIPATH);
        if (hops < 0) return false;
        int hop = hops + Netlink.ATTRIBUTE_BYTES;
        int last = hops + length(message, hops) - Netlink.RTNH_BYTES;
        while (hop <= last) {
            int outgoing = message.get(JAVA_INT_UNALIGNED, hop + Netlink.RTNH_IFINDEX);
            if (outgoing == index) return true;
            int length = unsigned(message, hop + Netlink.RTNH_LENGTH);
            if (length < Netlink.RTNH_BYTES) return false;
            hop += Netlink.align(length);
        }
        return false;
    }

    /// Where the first attribute of that type begins, all of which is there, or -1.
    private static int find(MemorySegment message, int at, int end, int type) {
        while (end - at >= Netlink.ATTRIBUTE_BYTES) {
            int length = length(message, at);
            if (length < Netlink.ATTRIBUTE_BYTES || length > end - at) return -1;
            int other = unsigned(message, at + Netlink.ATTRIBUTE_TYPE);
            if ((other & Netlink.ATTRIBUTE_TYPE_MASK) == type) return at;
            at += Netlink.align(length);
        }
        return -1;
    }

    private static int length(MemorySegment message, int attribute) {
        return unsigned(message, attribute + Netlink.ATTRIBUTE_LENGTH);
    }

    private static int unsigned(MemorySegment message, int at) {
        return message.get(JAVA_SHORT_UNALIGNED, at) & 0xffff;
    }

    private RouteAttributes() {}
}
