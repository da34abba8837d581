package dev.adit.stack.tcp;

import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.header.IpPacket;
import dev.adit.ip.header.TransportHeader;
import dev.adit.stack.ip.IpWriter;
import dev.adit.stack.socket.FourTuple;

import java.lang.foreign.MemorySegment;

/// Writes TCP headers and their options. Stateless.
final class TcpWriter {
    /// Writes the fixed part of a header; the checksum is left for later.
    ///
    /// @param header bytes of the header with its options
    static void header(
            MemorySegment out,
            long at,
            FourTuple pair,
            int sequence,
            int acknowledgement,
            int header,
            int flags,
            int window) {
        out.set(ByteOrders.BE32, at, pair.localPort() << 16 | pair.remotePort());
        out.set(ByteOrders.BE32, at + TransportHeader.TCP_SEQUENCE, sequence);
        out.set(ByteOrders.BE32, at + TransportHeader.TCP_ACKNOWLEDGEMENT, acknowledgement);
        int word = header / 4 << 28 | flags << 16 | Math.min(window, 0xffff);
        out.set(ByteOrders.BE32, at + TransportHeader.TCP_DATA_OFFSET, word);
        out.set(ByteOrders.BE32, at + TransportHeader.TCP_CHECKSUM, 0); // and the urgent pointer
    }

    /// Writes timestamps with two NOPs before them.
    ///
    /// @return where the next option goes
    static long timestamps(MemorySegment out, long at, int value, int echo) {
        out.set(ByteOrders.BE32, at, TcpSegment.NOP_NOP_TIMESTAMPS);
        out.set(ByteOrders.BE32, at + 4, value);
        out.set(ByteOrders.BE32, at + 8, echo);
        return at + TIMESTAMPS;
    }

    /// Writes the options of a SYN, the way that Linux lays them out.
    ///
    /// @param shift the window scale, -1 without
    /// @return where the next option goes
    static long synOptions(
            MemorySegment out,
            long at,
            int maxSegment,
            boolean sack,
            boolean timestamps,
            int value,
            int echo,
            int shift) {
        out.set(ByteOrders.BE32, at, TcpSegment.MAX_SEGMENT << 24 | 4 << 16 | maxSegment);
        long next = at + 4;
        if (timestamps) {
            next = timestamps(out, next, value, echo);
            if (sack) out.set(ByteOrders.BE16, next - 12, SACK_PERMITTED); // in place of the NOPs
        } else if (sack) {
            out.set(ByteOrders.BE32, next, 0x01010000 | SACK_PERMITTED);
            next += 4;
        }
        if (shift >= 0) {
            int word = TcpSegment.NOP << 24 | TcpSegment.WINDOW_SCALE << 16 | 3 << 8 | shift;
            out.set(ByteOrders.BE32, next, word);
            next += 4;
        }
        return next;
    }

    /// Bytes that [#synOptions] writes.
    static int synOptionBytes(boolean sack, boolean timestamps, int shift) {
        return 4 + (timestamps ? TIMESTAMPS : sack ? 4 : 0) + (shift >= 0 ? 4 : 0);
    }

    /// Writes the IP header and the checksum of a whole packet whose TCP part is complete.
    ///
    /// @param tcp bytes of the TCP part
    static void finish(MemorySegment out, long at, FourTuple pair, int tcp) {
        IpWriter.write(
                out,
                at,
                pair.localAddress(),
                pair.remoteAddress(),
                IpPacket.TCP,
                tcp,
                0,
                0,
                IpWriter.DONT_FRAGMENT);
        long transport = at + IpWriter.headerLength(pair.isV6());
        IpWriter.checksum(out, at, transport, tcp, IpPacket.TCP, TransportHeader.TCP_CHECKSUM);
    }

    /// Bytes of the timestamps option with its NOPs.
    static final int TIMESTAMPS = 12;

    private static final short SACK_PERMITTED = TcpSegment.SACK_PERMITTED << 8 | 2;

    private TcpWriter() {}
}
