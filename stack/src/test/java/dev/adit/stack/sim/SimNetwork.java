package dev.adit.stack.sim;

import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.header.Segmenter;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.stack.Stack;
import dev.adit.stack.StackConfig;
import dev.adit.stack.hash.SipHash;
import dev.adit.stack.socket.StackEvents;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/// Two stacks, `a` and `b`, and the network between them, in virtual time: nothing happens but by
/// [#runUntil], and the same seed always does the same.
public final class SimNetwork implements AutoCloseable {
    public final Stack a;
    public final Stack b;
    private Link toB;
    private Link toA;
    private final SplittableRandom random;
    private final PriorityQueue<Flying> flying =
            new PriorityQueue<>(
                    Comparator.comparingLong(Flying::at).thenComparingLong(Flying::number));
    private final PacketBatch out = new PacketBatch(128, 256 << 10);
    private final PacketBatch in = new PacketBatch(1024, 2 << 20);
    private final Segmenter segmenter = new Segmenter();
    private final MemorySegment cut = MemorySegment.ofArray(new byte[65_600]);
    private final long[] freeAt = new long[2]; // when the rate lets the next packet go
    private long now = 1_000_000;
    private long number;
    private boolean isDown;
    private long packets;

    /// Packets that have been sent, for tests that look at them.
    public final List<byte[]> captured = new ArrayList<>();

    public boolean capture;

    private record Flying(long at, long number, boolean toB, byte[] packet) {}

    public SimNetwork(
            long seed,
            StackConfig configA,
            StackConfig configB,
            StackEvents forA,
            StackEvents forB) {
        random = new SplittableRandom(seed);
        a = new Stack(configA, new SipHash(seed, 1), random.split(), forA);
        b = new Stack(configB, new SipHash(seed, 2), random.split(), forB);
        toB = toA = Link.of(1_000_000);
    }

    public void link(Link aToB, Link bToA) {
        toB = aToB;
        toA = bToA;
    }

    /// Loses everything from now on, or no longer.
    public void setDown(boolean down) {
        isDown = down;
    }

    /// Nanoseconds.
    public long now() {
        return now;
    }

    /// Lets time pass without anything being done in between, as when a machine sleeps.
    public void skip(long nanoseconds) {
        now += nanoseconds;
    }

    public long packets() {
        return packets;
    }

    /// Has a packet arrive at `b`, or at `a`.
    public void inject(boolean atB, byte[] packet) {
        flying.add(new Flying(now, number++, atB, packet));
    }

    /// Runs until nothing more is to be done before `end`.
    public void runUntil(long end) {
        int stuck = 0;
        while (true) {
            pump();
            long next = nextEvent();
            if (next > end) {
                now = Math.max(now, end);
                return;
            }
            // A deadline that comes again and again without anything happening is a stall.
            stuck = next <= now ? stuck + 1 : 0;
            if (stuck > 100_000) throw new AssertionError("time stands still at " + now);
            now = Math.max(now, next);
            deliver();
            expire();
        }
    }

    /// Runs for a time, in nanoseconds.
    public void run(long nanoseconds) {
        runUntil(now + nanoseconds);
    }

    /// When something happens next; `Long.MAX_VALUE` for never.
    public long nextEvent() {
        long next = Math.min(a.nextDeadline(), b.nextDeadline());
        return flying.isEmpty() ? next : Math.min(next, flying.peek().at);
    }

    private void expire() {
        if (a.nextDeadline() <= now) a.expire(now);
        if (b.nextDeadline() <= now) b.expire(now);
    }

    private void deliver() {
        while (!flying.isEmpty() && flying.peek().at <= now) {
            boolean forB = flying.peek().toB;
            in.clear();
            int at = PacketBatch.HEADROOM;
            while (!flying.isEmpty()
                    && flying.peek().at <= now
                    && flying.peek().toB == forB
                    && !in.isFull()
                    && at + 70_000 < in.memory().byteSize()) {
                byte[] packet = flying.poll().packet;
                MemorySegment.copy(
                        MemorySegment.ofArray(packet), 0, in.memory(), at, packet.length);
                in.add(at, packet.length);
                at += packet.length + PacketBatch.HEADROOM;
            }
            (forB ? b : a).receive(now, in, 0, in.size());
        }
    }

    /// Carries what both stacks have to send into the network.
    public void pump() {
        for (boolean again = true; again; ) {
            again = pump(a, true) | pump(b, false);
        }
    }

    private boolean pump(Stack from, boolean towardsB) {
        out.clear();
        int n = from.transmit(now, out);
        for (int i = 0; i < n; i++) send(towardsB, i);
        return n > 0;
    }

    private void send(boolean towardsB, int i) {
        int segment = out.segmentSize(i);
        if (segment == 0) {
            byte[] packet = new byte[out.length(i)];
            MemorySegment.copy(
                    out.memory(), out.offset(i), MemorySegment.ofArray(packet), 0, packet.length);
            fly(towardsB, packet);
            return;
        }
        int count = segmenter.begin(out.memory(), out.offset(i), out.length(i), segment);
        if (count == 0) throw new AssertionError("a super-packet that cannot be cut");
        for (int k = 0; k < count; k++) {
            segmenter.write(k, cut, 0);
            byte[] packet = cut.asSlice(0, segmenter.length(k)).toArray(ByteOrders.U8);
            fly(towardsB, packet);
        }
    }

    private void fly(boolean towardsB, byte[] packet) {
        packets++;
        if (capture) captured.add(packet);
        Link link = towardsB ? toB : toA;
        if (isDown || random.nextInt(1_000_000) < link.loss()) return;
        if (packet.length > link.mtu()) {
            if (link.tellsMtu()) tooBig(towardsB, packet, link);
            return;
        }
        long at = depart(towardsB ? 0 : 1, link, packet.length);
        if (at < 0) return;
        at += link.delay();
        if (random.nextInt(1_000_000) < link.errors()) {
            packet[random.nextInt(packet.length)] ^= (byte) (1 << random.nextInt(8));
        }
        int copies = random.nextInt(1_000_000) < link.duplicates() ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            long late = link.jitter() == 0 ? 0 : random.nextLong(link.jitter());
            flying.add(new Flying(at + late, number++, towardsB, packet));
        }
    }

    /// When a packet leaves the queue before the link; -1 when it found no room.
    private long depart(int direction, Link link, int bytes) {
        if (link.rate() == 0) return now;
        long begin = Math.max(now, freeAt[direction]);
        long waiting = (begin - now) * link.rate() / 1_000_000_000L;
        if (waiting + bytes > link.queue()) return -1;
        freeAt[direction] = begin + bytes * 1_000_000_000L / link.rate();
        return freeAt[direction];
    }

    private void tooBig(boolean towardsB, byte[] packet, Link link) {
        byte[] error = Packets.tooBig(packet, link.mtu());
        flying.add(new Flying(now + link.delay(), number++, !towardsB, error));
    }

    /// True when an IP packet is of version 6.
    static boolean isV6(byte[] packet) {
        return packet[0] >> 4 == 6;
    }

    @Override
    public void close() {
        a.close(now);
        b.close(now);
        out.close();
        in.close();
    }
}
