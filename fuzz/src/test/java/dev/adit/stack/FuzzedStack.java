package dev.adit.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.header.Segmenter;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.stack.hash.SipHash;
import dev.adit.stack.sim.SimPair;
import dev.adit.stack.socket.Connection;
import dev.adit.stack.socket.StackEvents;
import dev.adit.stack.stats.Counter;

import java.lang.foreign.MemorySegment;
import java.util.Random;

/// A stack whose peer is a fuzzer, and what has to hold after each thing that happens to it.
/// Confined to one thread.
final class FuzzedStack implements AutoCloseable {
    final Stack stack;
    long now = 1_000_000_000L;
    private final PacketBatch out;
    private final PacketBatch in;
    private final Segmenter segmenter = new Segmenter();
    private final MemorySegment cut;

    /// The last segment that the stack has sent.
    byte[] lastSent = {};

    private long received;
    private long sent;

    /// What is costly to make, for one stack after the other.
    static final class Batches {
        private final PacketBatch out = new PacketBatch(64, 256 << 10);
        private final PacketBatch in = new PacketBatch(1, 70_000);
        private final MemorySegment cut = MemorySegment.ofArray(new byte[65_600]);
    }

    FuzzedStack(Batches batches) {
        out = batches.out;
        in = batches.in;
        cut = batches.cut;
        StackConfig config = SimPair.configA(1420);
        stack =
                new Stack(
                        new StackConfig(config.addresses(), config.mtu(), MEMORY),
                        new SipHash(5, 6),
                        new Random(7),
                        StackEvents.NONE);
    }

    /// Has a packet arrive, behind whose end there is nothing.
    void deliver(byte[] packet) {
        if (packet.length == 0) return;
        in.clear();
        int at = (int) in.memory().byteSize() - packet.length;
        MemorySegment.copy(MemorySegment.ofArray(packet), 0, in.memory(), at, packet.length);
        in.add(at, packet.length);
        stack.receive(now, in, 0, 1);
        received++;
    }

    /// Lets time pass; what the stack sends is looked at and dropped.
    void pass(long nanoseconds) {
        long end = now + nanoseconds;
        transmit();
        for (int inVain = 0; stack.nextDeadline() <= end; ) {
            inVain = stack.nextDeadline() <= now ? inVain + 1 : 0;
            assertThat(inVain).as("deadlines that are past").isLessThan(100);
            now = Math.max(now, stack.nextDeadline());
            stack.expire(now);
            transmit();
        }
        now = end;
    }

    /// Sends all that is ready, which comes to an end.
    void transmit() {
        for (int i = 0; ; i++) {
            assertThat(i).as("batches in a row").isLessThan(1000);
            out.clear();
            int n = stack.transmit(now, out);
            if (n == 0) break;
            sent += n;
            for (int k = 0; k < n; k++) checkPacket(k);
        }
        check();
    }

    private void checkPacket(int i) {
        if (out.segmentSize(i) == 0) {
            assertThat(out.length(i)).isBetween(20, 1420);
            return;
        }
        int count = segmenter.begin(out.memory(), out.offset(i), out.length(i), out.segmentSize(i));
        assertThat(count).as("segments").isPositive();
        for (int k = 0; k < count; k++) {
            segmenter.write(k, cut, 0);
            assertThat(segmenter.length(k)).isBetween(28, 1420);
        }
        lastSent = cut.asSlice(0, segmenter.length(count - 1)).toArray(ByteOrders.U8);
    }

    /// What holds at any time.
    private void check() {
        StackStats stats = stack.stats();
        assertThat(stats.memory()).isBetween(0L, MEMORY / 8 * 9);
        assertThat(stats.connections()).isNotNegative();
        assertThat(stack.connections()).hasSize(stats.connections());
        assertThat(stats.timeWaits()).isBetween(0, 16_384);
        assertThat(stats.counters().values()).allMatch(count -> count > 0);
        assertThat(stats.counters().getOrDefault(Counter.PACKETS_RECEIVED, 0L)).isEqualTo(received);
        assertThat(stats.counters().getOrDefault(Counter.PACKETS_SENT, 0L)).isEqualTo(sent);
    }

    /// Ends all connections; nothing is left of them.
    void end() {
        for (Connection c : stack.connections()) c.abort(now);
        pass(200_000_000_000L);
        assertThat(stack.stats().connections()).isZero();
        assertThat(stack.stats().timeWaits()).isZero();
    }

    @Override
    public void close() {
        stack.close(now);
    }

    private static final long MEMORY = 1 << 20;
}
