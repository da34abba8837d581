package dev.adit.os.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.adit.ip.address.IpAddress;
import dev.adit.os.ffi.Netlink;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Reads the attributes that lie from `at` to `end` in a netlink message. Stateless.
final class NetlinkAttributes {
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

    /// The address in the first attribute of that type, or null.
    static @Nullable IpAddress address(MemorySegment message, int at, int end, int type) {
        int attribute = find(message, at, end, type);
        if (attribute < 0) return null;
        int value = attribute + Netlink.ATTRIBUTE_BYTES;
        return switch (length(message, attribute) - Netlink.ATTRIBUTE_BYTES) {
            case 4 -> new IpAddress(false, (long) message.get(BE32, value) << 32, 0);
            case 16 ->
                    new IpAddress(
                            true, message.get(BE64, value), message.get(BE64, value + Long.BYTES));
            default -> null;
        };
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
    static int find(MemorySegment message, int at, int end, int type) {
        while (end - at >= Netlink.ATTRIBUTE_BYTES) {
            int length = length(message, at);
            if (length < Netlink.ATTRIBUTE_BYTES || length > end - at) return -1;
            int other = unsigned(message, at + Netlink.ATTRIBUTE_TYPE);
            if ((other & Netlink.ATTRIBUTE_TYPE_MASK) == type) return at;
            at += Netlink.align(length);
        }
        return -1;
    }

    /// The length of an attribute, header included.
    static int length(MemorySegment message, int attribute) {
        return unsigned(message, attribute + Netlink.ATTRIBUTE_LENGTH);
    }

    private static int unsigned(MemorySegment message, int at) {
        return message.get(JAVA_SHORT_UNALIGNED, at) & 0xffff;
    }

    private static final ValueLayout.OfInt BE32 =
            JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong BE64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private NetlinkAttributes() {}
}
