package dev.adit.stack.tcp;

import dev.adit.ip.bytes.ByteOrders;

import java.lang.foreign.MemorySegment;

/// Writes SACK blocks: a duplicate first (RFC 2883), then the newest range, then those before it
/// (RFC 2018 §4). Stateless.
final class SackWriter {
    /// Writes the option with two NOPs before it.
    ///
    /// @param most blocks that fit
    /// @return bytes written, a multiple of four
    static int write(Receiver receiver, MemorySegment out, long at, int most) {
        long next = at + 4;
        int blocks = 0;
        if (receiver.hasDuplicate()) {
            next = block(receiver, out, next, receiver.duplicateFrom(), receiver.duplicateTo());
            blocks++;
            receiver.duplicateReported();
        }
        OutOfOrderRanges ranges = receiver.ranges();
        long before = Long.MAX_VALUE;
        while (blocks < most) {
            int i = ranges.newest(before);
            if (i < 0) break;
            next = block(receiver, out, next, ranges.from(i), ranges.to(i));
            before = ranges.age(i);
            blocks++;
        }
        int bytes = 2 + 8 * blocks;
        int word = TcpSegment.NOP << 24 | TcpSegment.NOP << 16 | TcpSegment.SACK << 8 | bytes;
        out.set(ByteOrders.BE32, at, word);
        return bytes + 2;
    }

    private static long block(Receiver receiver, MemorySegment out, long at, long from, long to) {
        out.set(ByteOrders.BE32, at, receiver.sequence(from));
        out.set(ByteOrders.BE32, at + 4, receiver.sequence(to));
        return at + 8;
    }

    private SackWriter() {}
}
