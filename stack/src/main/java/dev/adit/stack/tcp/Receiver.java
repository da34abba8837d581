package dev.adit.stack.tcp;

import dev.adit.stack.memory.BlockPool;
import dev.adit.stack.memory.BlockQueue;
import dev.adit.stack.stats.Counter;
import dev.adit.stack.stats.Counters;

import java.lang.foreign.MemorySegment;

/// The receiving half of a connection: what has arrived, in order and not, and the window that is
/// offered. Guarded by the connection.
///
/// Positions count the peer's sequence numbers: its SYN has 0, its first byte 1.
final class Receiver {
    private final Counters counters;
    private final BlockPool pool;
    private final BlockQueue buffer;
    private final OutOfOrderRanges outOfOrder = new OutOfOrderRanges();
    private int first; // the peer's initial sequence number, IRS
    private long nxt = 1; // RCV.NXT
    private long readTo = 1; // what the program has taken
    private long edge; // RCV.NXT + RCV.WND: what was offered; never moves back
    private long fin = -1; // where the peer's FIN is, once known
    private long capacity;
    private final long maxCapacity;
    private int shift;
    private long duplicateFrom = -1; // to be reported as D-SACK (RFC 2883)
    private long duplicateTo;
    private final WindowTuning tuning = new WindowTuning();

    /// @param maxCapacity bytes that the window may grow to
    Receiver(BlockPool pool, Counters counters, int maxCapacity) {
        this.pool = pool;
        this.counters = counters;
        this.maxCapacity = maxCapacity;
        buffer = new BlockQueue(pool);
        capacity = Math.min(INITIAL_CAPACITY, maxCapacity);
    }

    /// The peer's SYN has arrived.
    void begin(int initialSequence) {
        first = initialSequence;
        nxt = 1;
        edge = 1;
    }

    /// What the SYN offered, before any scale.
    void offered(long window) {
        edge = Math.max(edge, nxt + window);
    }

    /// The scale for a window of this size (RFC 7323 §2.2).
    int wantedShift() {
        int wanted = 0;
        while (maxCapacity >> wanted > 0xffff) wanted++;
        return wanted;
    }

    void setShift(int agreed) {
        shift = agreed;
        if (agreed == 0) capacity = Math.min(capacity, 0xffff);
    }

    /// The position of a sequence number near RCV.NXT.
    long position(int sequence) {
        return nxt + (sequence - (first + (int) nxt));
    }

    /// The sequence number of a position.
    int sequence(long position) {
        return first + (int) position;
    }

    long nxt() {
        return nxt;
    }

    long edge() {
        return edge;
    }

    boolean hasFin() {
        return fin >= 0 && nxt > fin;
    }

    int available() {
        return (int) (dataEnd() - readTo);
    }

    private long dataEnd() {
        return hasFin() ? fin : nxt;
    }

    long outOfOrderBytes() {
        return outOfOrder.bytes();
    }

    long capacity() {
        return capacity;
    }

    boolean isOutOfOrder() {
        return outOfOrder.count() > 0;
    }

    OutOfOrderRanges ranges() {
        return outOfOrder;
    }

    /// Takes payload and FIN of a segment in.
    ///
    /// @param from the position of the first byte
    /// @return what it brought, of [#IN_ORDER] and the like
    int receive(MemorySegment slab, long at, long from, int length, boolean isFin) {
        long to = from + length;
        if (isFin && fin < 0 && to < edge + 1) fin = to;
        long begin = Math.max(from, nxt);
        long end = Math.min(to, edge);
        if (fin >= 0) end = Math.min(end, fin); // nothing follows a FIN
        if (from < nxt && length > 0) reportDuplicate(from, Math.min(to, nxt));
        if (end <= begin) return finish(isFin && from > nxt ? OUT_OF_ORDER : NOTHING);
        if (begin > nxt) return receiveAhead(slab, at + (begin - from), begin, end);
        int stored = buffer.write(begin, slab, at + (begin - from), (int) (end - begin));
        if (stored < end - begin) counters.count(Counter.TCP_NO_MEMORY);
        if (stored == 0) return NOTHING | NO_MEMORY;
        nxt = begin + stored;
        boolean filled = outOfOrder.count() > 0;
        if (filled) nxt = outOfOrder.advance(nxt);
        return finish(IN_ORDER | (filled ? FILLED_HOLE : 0));
    }

    private int finish(int result) {
        if (fin < 0 || nxt != fin) return result;
        nxt++;
        outOfOrder.clear();
        return result & ~NOTHING | FIN;
    }

    private int receiveAhead(MemorySegment slab, long at, long begin, long end) {
        if (pool.isScarce()) {
            prune();
            counters.count(Counter.TCP_OUT_OF_ORDER_PRUNED);
            return NOTHING | OUT_OF_ORDER;
        }
        long known = outOfOrder.covered(begin);
        if (known > begin) reportDuplicate(begin, Math.min(known, end));
        if (known >= end) return OUT_OF_ORDER;
        if (outOfOrder.isFull() && !outOfOrder.touches(begin, end)) {
            counters.count(Counter.TCP_OUT_OF_ORDER_PRUNED);
        } else {
            int stored = buffer.write(begin, slab, at, (int) (end - begin));
            if (stored < end - begin) counters.count(Counter.TCP_NO_MEMORY);
            if (stored > 0) outOfOrder.add(begin, begin + stored);
        }
        return OUT_OF_ORDER;
    }

    /// Gives up what is out of order.
    private void prune() {
        if (outOfOrder.count() == 0) return;
        outOfOrder.clear();
        buffer.releaseFrom(nxt);
        buffer.release(readTo, dataEnd());
    }

    private void reportDuplicate(long from, long to) {
        duplicateFrom = from;
        duplicateTo = to;
    }

    boolean hasDuplicate() {
        return duplicateFrom >= 0;
    }

    long duplicateFrom() {
        return duplicateFrom;
    }

    long duplicateTo() {
        return duplicateTo;
    }

    void duplicateReported() {
        duplicateFrom = -1;
    }

    /// Copies to the program.
    int read(long now, MemorySegment to, long at, int bytes) {
        int n = Math.min(bytes, available());
        if (n <= 0) return 0;
        buffer.read(readTo, to, at, n);
        readTo += n;
        // What is out of order lies behind: the stream does not end at RCV.NXT then.
        buffer.release(readTo, outOfOrder.count() > 0 ? Long.MAX_VALUE : dataEnd());
        long wanted = tuning.copied(now, n, capacity);
        if (wanted > capacity && !pool.isTight() && shift > 0) {
            capacity = Math.min(maxCapacity, wanted);
        }
        return n;
    }

    /// A segment echoed a timestamp of `age` nanoseconds.
    void measured(long age) {
        tuning.measured(age);
    }

    private long free() {
        return Math.max(0, capacity - (nxt - readTo));
    }

    /// True when the program has read so much that the peer should hear of it: the window at least
    /// doubles.
    boolean hasOpened() {
        long offered = edge - nxt, free = free();
        return 2 * offered <= capacity && free >= 2 * offered && free - offered >= step();
    }

    /// The right edge does not move by less (RFC 9293 §3.8.6.2.2).
    private long step() {
        return Math.min(capacity / 2, STEP);
    }

    /// The window field of a segment that is sent now; what it offers counts as offered.
    int window() {
        long offered = Math.max(0, edge - nxt);
        long free = free();
        if (free - offered >= step()) offered = free;
        // Rounded up, so that the right edge stays.
        long field = Math.min(0xffff, offered + (1L << shift) - 1 >> shift);
        edge = Math.max(edge, nxt + (field << shift));
        return (int) field;
    }

    /// The window that a SYN offers, unscaled.
    int synWindow() {
        return (int) Math.min(0xffff, capacity);
    }

    /// Frees all memory; nothing is read any more.
    void discard() {
        readTo = dataEnd();
        outOfOrder.clear();
        buffer.clear();
    }

    /// The connection has ended: nothing more can become whole.
    void endStream() {
        if (outOfOrder.count() > 0) prune();
        buffer.release(readTo, dataEnd());
    }

    /// The next byte in order has arrived.
    static final int IN_ORDER = 1;

    /// Something behind a hole has arrived, or for want of memory could not be kept.
    static final int OUT_OF_ORDER = 2;

    static final int FILLED_HOLE = 4;

    /// The peer's FIN is next in order: it has sent all.
    static final int FIN = 8;

    /// All of it was here already, or is beyond the window.
    static final int NOTHING = 16;

    static final int NO_MEMORY = 32;

    private static final int INITIAL_CAPACITY = 128 << 10;
    private static final int STEP = 1 << 10;
}
