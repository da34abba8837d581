package dev.adit.stack.ip;

import dev.adit.ip.header.IpPacket;
import dev.adit.stack.memory.BlockPool;
import dev.adit.stack.memory.BlockQueue;
import dev.adit.stack.schedule.PacketWriter;
import dev.adit.stack.schedule.Schedulable;
import dev.adit.stack.schedule.Scheduler;
import dev.adit.stack.stats.Counter;
import dev.adit.stack.stats.Counters;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/// Puts datagrams together from their fragments (RFC 791 §3.2, RFC 8200 §4.5). Fragments that
/// overlap give the datagram up, in both families (RFC 5722). At most 64 datagrams and 1 MiB, each
/// for 30 s.
///
/// Thread-safe.
public final class Reassembler extends Schedulable {
    private final Scheduler scheduler;
    private final Counters counters;
    private final BlockPool pool;
    private final @Nullable Partial[] partials = new Partial[MAX_DATAGRAMS]; // guarded by this

    public Reassembler(Scheduler scheduler, BlockPool pool, Counters counters) {
        this.scheduler = scheduler;
        this.pool = pool;
        this.counters = counters;
    }

    /// Takes a fragment in.
    ///
    /// @param in the fragment; when it completes its datagram, becomes the header of that
    /// @param scratch gets the datagram
    /// @return true when `in` is a whole datagram now
    public synchronized boolean add(long now, IpHeader in, PacketScratch scratch) {
        counters.count(Counter.FRAGMENTS_RECEIVED);
        int end = in.fragmentOffset + in.payloadLength;
        boolean isOdd = in.hasMoreFragments && in.payloadLength % 8 != 0;
        if (in.payloadLength == 0 || isOdd || end > MAX_PAYLOAD) {
            counters.count(Counter.REASSEMBLY_FAILED);
            return false;
        }
        Partial partial = find(now, in);
        if (partial == null || !partial.add(in, memory())) {
            counters.count(Counter.REASSEMBLY_FAILED);
            if (partial != null) forget(partial);
            return false;
        }
        if (!partial.isWhole()) return false;
        partial.restore(in, scratch.datagram());
        forget(partial);
        counters.count(Counter.DATAGRAMS_REASSEMBLED);
        return true;
    }

    /// The datagram of `in`, a new one if there is none; null when there is no room.
    private @Nullable Partial find(long now, IpHeader in) {
        int free = -1;
        for (int i = 0; i < partials.length; i++) {
            Partial partial = partials[i];
            if (partial == null) free = i;
            else if (partial.isOf(in)) return partial;
        }
        if (free < 0 || memory() >= MAX_MEMORY) return null;
        Partial partial = partials[free] = new Partial(pool, in, now + LIFETIME);
        scheduler.schedule(this, partial.deadline);
        return partial;
    }

    private int memory() {
        int bytes = 0;
        for (Partial partial : partials) {
            if (partial != null) bytes += partial.bytes.memory();
        }
        return bytes;
    }

    private void forget(Partial partial) {
        partial.bytes.clear();
        for (int i = 0; i < partials.length; i++) {
            if (partials[i] == partial) partials[i] = null;
        }
    }

    @Override
    protected synchronized void expire(long now) {
        long next = Scheduler.NEVER;
        for (Partial partial : partials) {
            if (partial == null) continue;
            if (partial.deadline > now) {
                next = Math.min(next, partial.deadline);
                continue;
            }
            counters.count(Counter.REASSEMBLY_FAILED);
            forget(partial);
        }
        if (next != Scheduler.NEVER) scheduler.schedule(this, next);
    }

    @Override
    protected boolean transmit(long now, PacketWriter out) {
        return false;
    }

    /// Forgets all fragments.
    public synchronized void clear() {
        for (Partial partial : partials) {
            if (partial != null) forget(partial);
        }
    }

    /// One datagram of which fragments are here. Guarded by the reassembler.
    private static final class Partial {
        private final BlockQueue bytes;
        private final boolean v6;
        private final long sourceHigh;
        private final long sourceLow;
        private final long destinationHigh;
        private final long destinationLow;
        private final int id;
        private final long deadline;
        private int protocol; // as the first fragment says, and in IPv4 all
        private int trafficClass;
        private final int[] starts = new int[MAX_FRAGMENTS];
        private final int[] ends = new int[MAX_FRAGMENTS];
        private int count;
        private int received; // bytes
        private int total = -1;

        Partial(BlockPool pool, IpHeader in, long deadline) {
            bytes = new BlockQueue(pool);
            v6 = in.v6;
            sourceHigh = in.sourceHigh;
            sourceLow = in.sourceLow;
            destinationHigh = in.destinationHigh;
            destinationLow = in.destinationLow;
            id = in.fragmentId;
            protocol = in.protocol;
            this.deadline = deadline;
        }

        boolean isOf(IpHeader in) {
            return in.v6 == v6
                    && in.fragmentId == id
                    && in.sourceHigh == sourceHigh
                    && in.sourceLow == sourceLow
                    && in.destinationHigh == destinationHigh
                    && in.destinationLow == destinationLow
                    && (v6 || in.protocol == protocol);
        }

        /// False when the datagram cannot become one any more.
        boolean add(IpHeader in, int memory) {
            int start = in.fragmentOffset, end = start + in.payloadLength;
            if (count == MAX_FRAGMENTS || memory > MAX_MEMORY) return false;
            for (int i = 0; i < count; i++) {
                if (start == starts[i] && end == ends[i]) return true; // a copy
                if (start < ends[i] && end > starts[i]) return false;
            }
            if (!in.hasMoreFragments) {
                if (total >= 0 && total != end) return false;
                total = end;
            }
            if (total >= 0 && end > total) return false;
            if (bytes.write(start, in.slab, in.payload, in.payloadLength) < in.payloadLength) {
                return false;
            }
            if (start == 0) {
                protocol = in.protocol;
                trafficClass = in.trafficClass;
            }
            starts[count] = start;
            ends[count++] = end;
            received += in.payloadLength;
            return true;
        }

        boolean isWhole() {
            if (total < 0 || received != total) return false;
            for (int i = 0; i < count; i++) {
                if (ends[i] > total) return false;
            }
            return true;
        }

        /// Writes the datagram behind a plain header and has `in` describe it.
        void restore(IpHeader in, MemorySegment out) {
            int header = IpWriter.headerLength(v6);
            out.asSlice(0, header).fill((byte) 0);
            IpWriter.write(
                    out,
                    0,
                    in.source(),
                    in.destination(),
                    protocol,
                    total,
                    trafficClass,
                    v6 ? 0 : id,
                    0);
            bytes.read(0, out, header, total);
            in.slab = out;
            in.offset = 0;
            in.length = header + total;
            in.payload = header;
            in.payloadLength = total;
            in.protocol = protocol;
            in.trafficClass = trafficClass;
            in.isFragment = false;
        }
    }

    private static final int MAX_DATAGRAMS = 64;
    private static final int MAX_FRAGMENTS = 128;
    private static final int MAX_MEMORY = 1 << 20;
    private static final int MAX_PAYLOAD = 0xffff - IpPacket.V4_HEADER;
    private static final long LIFETIME = 30_000_000_000L;
}
