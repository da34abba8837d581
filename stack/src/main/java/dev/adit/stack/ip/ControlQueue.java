package dev.adit.stack.ip;

import dev.adit.ip.header.IpPacket;
import dev.adit.stack.memory.BlockPool;
import dev.adit.stack.memory.RecordQueue;
import dev.adit.stack.schedule.PacketWriter;
import dev.adit.stack.schedule.Schedulable;
import dev.adit.stack.schedule.Scheduler;
import dev.adit.stack.stats.Counter;
import dev.adit.stack.stats.Counters;

import java.lang.foreign.MemorySegment;

/// Whole packets that belong to no connection and wait to be sent: ICMP messages, resets, answers
/// to SYNs. Bounded. Thread-safe.
public final class ControlQueue extends Schedulable {
    private final Scheduler scheduler;
    private final Counters counters;
    private final RecordQueue packets; // guarded by this

    public ControlQueue(Scheduler scheduler, BlockPool pool, Counters counters) {
        this.scheduler = scheduler;
        this.counters = counters;
        packets = new RecordQueue(pool, MAX_PACKETS, MAX_BYTES);
    }

    /// Queues a packet, its checksums complete.
    public void add(MemorySegment from, long at, int length) {
        boolean added;
        synchronized (this) {
            added = packets.add(from, at, length, 0, 0, 0);
        }
        if (added) scheduler.readyControl(this);
        else counters.count(Counter.CONTROL_QUEUE_FULL);
    }

    /// Forgets all packets.
    public synchronized void clear() {
        packets.clear();
    }

    @Override
    protected synchronized boolean transmit(long now, PacketWriter out) {
        while (!packets.isEmpty()) {
            int length = packets.length();
            if (out.room() < length) return true;
            packets.copy(0, out.memory(), out.at(), length);
            packets.remove();
            out.add(length, 0, IpPacket.trafficClass(out.memory(), out.at()));
        }
        return false;
    }

    private static final int MAX_PACKETS = 1024;
    private static final int MAX_BYTES = 1 << 20;
}
