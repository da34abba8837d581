package dev.adit.os.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.adit.ip.header.Checksum;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The `virtio_net_hdr` before a packet of a TUN, which states the checksum and segmentation work
/// left to do for it. Numbers are in the byte order of the machine. Stateless.
final class VirtioNetHeader {
    /// Does the work that the header at `at` leaves to the reader of the packet of `length` bytes
    /// behind it, except cutting it.
    ///
    /// @return bytes of payload in each segment that it is to be cut into, 0 for a plain packet, or
    ///   -1 when the header is invalid; the packet is then unchanged
    static int settle(MemorySegment memory, long at, int length) {
        if (!isPlain(memory, at)) {
            int segmentSize = segmentSize(memory, at);
            return segmentSize == 0 || !isKnown(kind(memory, at)) ? -1 : segmentSize;
        }
        return needsChecksum(memory, at) && !finishChecksum(memory, at, length) ? -1 : 0;
    }

    /// True when the packet is not a super-packet.
    static boolean isPlain(MemorySegment memory, long at) {
        return kind(memory, at) == NONE;
    }

    private static boolean isKnown(int kind) {
        return kind == TCPV4 || kind == TCPV6 || kind == UDP_L4;
    }

    /// True when the checksum at [#finishChecksum] is left to the reader.
    private static boolean needsChecksum(MemorySegment memory, long at) {
        return (memory.get(JAVA_BYTE, at + FLAGS) & NEEDS_CSUM) != 0;
    }

    /// The kind of super-packet, without the ECN flag: 0 for a plain packet.
    private static int kind(MemorySegment memory, long at) {
        return memory.get(JAVA_BYTE, at + GSO_TYPE) & 0xff & ~ECN;
    }

    /// Bytes of payload in each segment of a super-packet but the last.
    private static int segmentSize(MemorySegment memory, long at) {
        return memory.get(JAVA_SHORT_UNALIGNED, at + GSO_SIZE) & 0xffff;
    }

    /// Completes the checksum that the kernel began with the pseudo header. False when the header
    /// points out of the packet.
    private static boolean finishChecksum(MemorySegment memory, long at, int length) {
        int start = memory.get(JAVA_SHORT_UNALIGNED, at + CSUM_START) & 0xffff;
        int field = start + (memory.get(JAVA_SHORT_UNALIGNED, at + CSUM_OFFSET) & 0xffff);
        if (field + Short.BYTES > length) return false;
        long packet = at + BYTES;
        int checksum = Checksum.of(memory, packet + start, length - start, 0);
        // In UDP, zero would mean no checksum; elsewhere both values mean the same.
        memory.set(NET_SHORT, packet + field, (short) (checksum == 0 ? 0xffff : checksum));
        return true;
    }

    /// Writes the header of a plain packet.
    static void clear(MemorySegment memory, long at) {
        memory.set(ValueLayout.JAVA_LONG_UNALIGNED, at, 0);
        memory.set(JAVA_SHORT_UNALIGNED, at + Long.BYTES, (short) 0);
    }

    /// Writes the header of a super-packet.
    ///
    /// @param headers bytes of all headers of the packet
    /// @param transport offset of its TCP or UDP header
    /// @param checksum offset of the checksum in that header
    static void set(
            MemorySegment memory,
            long at,
            int kind,
            int headers,
            int segmentSize,
            int transport,
            int checksum) {
        memory.set(JAVA_BYTE, at + FLAGS, (byte) NEEDS_CSUM);
        memory.set(JAVA_BYTE, at + GSO_TYPE, (byte) kind);
        memory.set(JAVA_SHORT_UNALIGNED, at + HDR_LEN, (short) headers);
        memory.set(JAVA_SHORT_UNALIGNED, at + GSO_SIZE, (short) segmentSize);
        memory.set(JAVA_SHORT_UNALIGNED, at + CSUM_START, (short) transport);
        memory.set(JAVA_SHORT_UNALIGNED, at + CSUM_OFFSET, (short) checksum);
    }

    static final int BYTES = 10;

    static final int NONE = 0;
    static final int TCPV4 = 1;
    static final int TCPV6 = 4;
    static final int UDP_L4 = 5;

    private static final int ECN = 0x80;
    private static final int NEEDS_CSUM = 1;
    private static final int FLAGS = 0;
    private static final int GSO_TYPE = 1;
    private static final int HDR_LEN = 2;
    private static final int GSO_SIZE = 4;
    private static final int CSUM_START = 6;
    private static final int CSUM_OFFSET = 8;

    private static final ValueLayout.OfShort NET_SHORT =
            JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private VirtioNetHeader() {}
}
