package dev.adit.stack.tcp;

import dev.adit.stack.congestion.CongestionControl;
import dev.adit.stack.memory.BlockPool;
import dev.adit.stack.memory.BlockQueue;
import dev.adit.stack.recovery.AckSample;
import dev.adit.stack.recovery.RttEstimator;
import dev.adit.stack.recovery.SentRanges;
import dev.adit.stack.schedule.Scheduler;
import dev.adit.stack.stats.Counters;

import java.lang.foreign.MemorySegment;

/// The sending half of a connection: what was written, what of it is sent and acknowledged, how
/// much may go now, and the timers for it. Guarded by the connection.
///
/// Positions count own sequence numbers: the SYN has 0, the first byte 1, the FIN follows the last.
final class Sender {
    final int first; // ISS
    final SentRanges ranges = new SentRanges();
    final RttEstimator rtt = new RttEstimator();
    final CongestionControl congestion;
    final LossRecovery recovery;
    private final BlockPool pool;
    private final BlockQueue buffer;
    private final long maxCapacity;
    private long capacity;
    private long end = 1; // one behind the last byte that was written
    private boolean finQueued;
    private boolean isBlocked; // the program waits for room

    private long edge; // SND.UNA + SND.WND
    private long maxWindow;
    private long windowSequence; // SND.WL1
    private long windowAck; // SND.WL2
    private int windowShift;

    private int segment; // bytes of payload in a full segment
    private long limitedUntil; // what was sent when the congestion window held sending back
    private long lastSent;

    // Deadlines, each NEVER when it does not run.
    long timeoutAt = Scheduler.NEVER;
    long probeAt = Scheduler.NEVER; // tail loss probe
    long reorderingAt = Scheduler.NEVER;
    long persistAt = Scheduler.NEVER;
    boolean isProbeDue;
    boolean isPersistDue;
    int persistProbes;
    int unanswered; // timeouts and probes since something came from the peer

    Sender(
            int first,
            BlockPool pool,
            Counters counters,
            CongestionControl congestion,
            int maxCapacity) {
        this.first = first;
        this.pool = pool;
        this.congestion = congestion;
        this.maxCapacity = maxCapacity;
        capacity = Math.min(INITIAL_CAPACITY, maxCapacity);
        buffer = new BlockQueue(pool);
        recovery = new LossRecovery(counters, ranges, rtt, congestion);
    }

    int sequence(long position) {
        return first + (int) position;
    }

    /// The position of a sequence number near SND.UNA.
    long position(int sequence) {
        return ranges.una() + (sequence - sequence(ranges.una()));
    }

    /// Full segments have `bytes` of payload from now on.
    void setSegment(int bytes) {
        if (segment == 0) congestion.begin(bytes);
        else congestion.resize(bytes);
        segment = bytes;
    }

    int segment() {
        return segment;
    }

    long edge() {
        return edge;
    }

    long maxWindow() {
        return maxWindow;
    }

    long end() {
        return end;
    }

    long capacity() {
        return capacity;
    }

    void setWindowShift(int shift) {
        windowShift = shift;
    }

    /// Queues bytes; as [dev.adit.stack.socket.Connection#write].
    int write(MemorySegment from, long at, int bytes) {
        if (finQueued) return -1;
        long room = capacity - (end - Math.max(1, ranges.una()));
        int n = (int) Math.max(0, Math.min(bytes, room));
        int stored = n == 0 ? 0 : buffer.write(end, from, at, n);
        end += stored;
        if (stored < bytes) isBlocked = true;
        return stored;
    }

    /// True when a write would not return 0. A program that had to wait for room waits until
    /// [#takeWritable]; one that finds none here does so from now on.
    boolean isWritable() {
        if (finQueued) return true;
        if (queued() >= capacity) isBlocked = true;
        return !isBlocked;
    }

    /// Copies payload that was written.
    void read(long position, MemorySegment to, long at, int bytes) {
        buffer.read(position, to, at, bytes);
    }

    void queueFin() {
        finQueued = true;
    }

    boolean isFinQueued() {
        return finQueued;
    }

    /// True when the FIN is sent.
    boolean isFinSent() {
        return finQueued && ranges.nxt() > end;
    }

    /// True when the FIN is sent and acknowledged.
    boolean isFinAcknowledged() {
        return finQueued && ranges.una() > end;
    }

    /// Bytes and FIN that were not sent yet.
    long unsent() {
        return end + (finQueued ? 1 : 0) - ranges.nxt();
    }

    /// Bytes that were written and not acknowledged.
    long queued() {
        return Math.max(0, end - Math.max(1, ranges.una()));
    }

    /// Takes the window of a segment in (RFC 9293 §3.10.7.4).
    ///
    /// @param sequence the position of the segment in the peer's stream
    /// @return true when it opened
    boolean updateWindow(long sequence, long acknowledged, int field, boolean isSyn) {
        boolean isNewer =
                windowSequence < sequence
                        || windowSequence == sequence && windowAck <= acknowledged;
        if (!isNewer && !isSyn) return false;
        long window = isSyn ? field : (long) field << windowShift;
        windowSequence = sequence;
        windowAck = acknowledged;
        maxWindow = Math.max(maxWindow, window);
        long before = edge;
        edge = acknowledged + window;
        if (edge > ranges.nxt()) persistProbes = 0;
        return edge > before;
    }

    /// True when a segment with this window changes nothing about it.
    boolean isSameWindow(long acknowledged, int field) {
        return edge == acknowledged + ((long) field << windowShift);
    }

    /// The ranges have taken an acknowledgement in: measures, finds losses, moves windows.
    ///
    /// @param stampAge nanoseconds since the timestamp that it echoes, or -1
    void acknowledged(
            long now,
            long priorUna,
            boolean isDuplicate,
            long duplicate,
            boolean hasEcho,
            int echo,
            long stampAge) {
        AckSample sample = ranges.sample();
        long una = ranges.una();
        boolean advanced = una > priorUna;
        if (advanced) buffer.release(Math.min(una, end), end);
        measure(now, sample, advanced, stampAge);
        boolean wasLimited = wasLimited(priorUna);
        long wait = recovery.acknowledged(now, priorUna, isDuplicate, duplicate, hasEcho, echo);
        if (sample.delivered > 0 && recovery.mayGrow() && wasLimited) {
            congestion.acknowledged(now, una - priorUna, rtt.smoothed(), 2 * maxCapacity);
        }
        reorderingAt = wait > 0 ? now + wait : Scheduler.NEVER;
        if (ranges.count() == 0) {
            timeoutAt = probeAt = Scheduler.NEVER;
        } else if (advanced) {
            timeoutAt = now + rtt.timeout();
            scheduleProbe(now);
        }
        if (!recovery.mayProbe()) probeAt = Scheduler.NEVER;
        if (advanced) growCapacity();
    }

    /// True when the congestion window was what held sending back, or nearly so in slow start: else
    /// it would grow without ever being tried.
    private boolean wasLimited(long priorUna) {
        long inFlight = ranges.nxt() - priorUna;
        return priorUna < limitedUntil
                || recovery.phase() == LossRecovery.Phase.LOSS
                || congestion.isSlowStart() && 2 * inFlight > congestion.window();
    }

    private void measure(long now, AckSample sample, boolean advanced, long stampAge) {
        long measured = -1;
        if (sample.originalSentAt != AckSample.NONE) measured = now - sample.originalSentAt;
        else if (advanced && stampAge >= 0) measured = stampAge;
        if (measured < 0) return;
        rtt.sample(measured);
        congestion.measured(measured, ranges.una(), ranges.nxt());
    }

    private void growCapacity() {
        if (capacity >= maxCapacity || pool.isTight()) return;
        capacity = Math.min(maxCapacity, Math.max(capacity, 2 * congestion.window()));
    }

    /// True once after the program had to wait and there is room again: a third of the capacity, or
    /// of a large one what is worth a wake-up. On a long path all that is queued is in the network,
    /// so what is not filled up at once is a gap in what is sent.
    boolean takeWritable() {
        if (!isBlocked || finQueued) return false;
        if (queued() > capacity - Math.min(capacity / 3, WRITABLE_ROOM)) return false;
        isBlocked = false;
        return true;
    }

    /// Something new is sent.
    ///
    /// @param bytes sequence numbers
    void sent(long now, long bytes, int segments) {
        ranges.sent(now, bytes, segments);
        lastSent = now;
        persistAt = Scheduler.NEVER;
        if (timeoutAt == Scheduler.NEVER) timeoutAt = now + rtt.timeout();
        scheduleProbe(now);
    }

    /// Something is sent again. For what is first in the network the timeout begins anew: else it
    /// would go off before the answer to a retransmission that an acknowledgement has asked for, a
    /// round trip and more after the original was sent.
    void sentAgain(long now, boolean isFirst) {
        lastSent = now;
        if (isFirst || timeoutAt == Scheduler.NEVER) timeoutAt = now + rtt.timeout();
    }

    void scheduleProbe(long now) {
        if (!recovery.mayProbe()) return;
        probeAt = Math.min(now + recovery.probeTimeout(), timeoutAt); // RFC 8985 §7.2
    }

    /// Sending stopped because the congestion window was full.
    void limited() {
        limitedUntil = ranges.nxt();
    }

    /// Before new data is sent: a window that was not used for long is not kept (RFC 5681 §4.1).
    void beforeSending(long now) {
        if (ranges.count() == 0 && lastSent != 0 && now - lastSent > rtt.timeout()) {
            congestion.idle();
        }
    }

    /// There is something to send and nothing on its way, but the window does not let it go.
    void persist(long now) {
        if (persistAt != Scheduler.NEVER || isPersistDue) return;
        persistAt = now + Math.min(RttEstimator.MAX, rtt.base() << Math.min(persistProbes, 10));
    }

    /// The most payload in one super-packet: what a millisecond carries, between two segments and
    /// all that an IP packet holds.
    int burst() {
        long rate = congestion.window();
        if (congestion.isSlowStart()) rate *= 2;
        else rate += rate / 5;
        long perMillisecond =
                rtt.smoothed() <= MILLISECOND ? rate : rate * MILLISECOND / rtt.smoothed();
        long segments = Math.clamp(perMillisecond / segment, 2, Math.max(2, MAX_BURST / segment));
        return (int) segments * segment;
    }

    /// The earliest of the deadlines.
    long deadline() {
        return Math.min(Math.min(timeoutAt, probeAt), Math.min(reorderingAt, persistAt));
    }

    /// Ends all timers.
    void stopTimers() {
        timeoutAt = probeAt = reorderingAt = persistAt = Scheduler.NEVER;
        isProbeDue = isPersistDue = false;
    }

    /// Frees all memory.
    void discard() {
        stopTimers();
        buffer.clear();
        ranges.restart(ranges.nxt());
    }

    private static final int INITIAL_CAPACITY = 128 << 10;
    private static final long WRITABLE_ROOM = 512 << 10;
    private static final int MAX_BURST = 0xffff - 120; // with the longest headers
    private static final long MILLISECOND = 1_000_000L;
}
