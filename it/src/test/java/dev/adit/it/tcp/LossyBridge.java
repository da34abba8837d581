package dev.adit.it.tcp;

import dev.adit.ip.header.Segmenter;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Tun;
import dev.adit.stack.Stack;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A stack and a TUN, with a network between them that delays, loses, doubles and reorders. Two
/// threads: one reads the TUN, one does all else.
final class LossyBridge implements AutoCloseable {
    private final Stack stack;
    private final Tun tun;
    private final Random random = new Random(1);
    private final int loss; // of a thousand
    private final BlockingQueue<byte[]> fromTun = new LinkedBlockingQueue<>();
    private final PriorityQueue<Flying> flying =
            new PriorityQueue<>(
                    Comparator.comparingLong(Flying::at).thenComparingLong(Flying::number));
    private final PacketBatch out = new PacketBatch(128, 256 << 10);
    private final PacketBatch one = new PacketBatch(1, 70_000);
    private final Segmenter segmenter = new Segmenter();
    private final MemorySegment cut = MemorySegment.ofArray(new byte[65_600]);
    private final Queue<byte[]> sent = new ArrayDeque<>();
    private final Thread worker;
    private long number;
    private volatile boolean isClosed;

    private record Flying(long at, long number, boolean toStack, byte[] packet) {}

    /// @param loss of a thousand packets
    LossyBridge(Stack stack, Tun tun, int loss) {
        this.stack = stack;
        this.tun = tun;
        this.loss = loss;
        worker = Thread.ofPlatform().name("bridge").daemon().unstarted(this::work);
    }

    /// Begins to carry packets.
    void start() {
        Thread.ofPlatform().name("bridge-reader").daemon().start(this::read);
        worker.start();
    }

    /// Nanoseconds on the clock of the stack.
    static long now() {
        return System.nanoTime() - ORIGIN;
    }

    private void read() {
        try (PacketBatch in = new PacketBatch(128, 1 << 20)) {
            Segmenter ofThis = new Segmenter();
            MemorySegment scratch = MemorySegment.ofArray(new byte[65_600]);
            while (true) {
                tun.read(in);
                for (int i = 0; i < in.size(); i++) {
                    PacketCutter.cut(in, i, ofThis, scratch, fromTun);
                }
            }
        } catch (IOException e) {
            // The TUN is closed.
        }
    }

    private void work() {
        try {
            while (!isClosed) {
                byte[] packet = fromTun.poll(pause(now()), TimeUnit.NANOSECONDS);
                for (; packet != null; packet = fromTun.poll()) fly(true, packet);
                deliver();
                if (stack.nextDeadline() <= now()) stack.expire(now());
                transmit();
            }
        } catch (IOException | InterruptedException e) {
            if (!isClosed) throw new IllegalStateException(e);
        }
    }

    /// How long there is nothing to do; a millisecond at most, as programs may write meanwhile.
    private long pause(long now) {
        if (stack.isReady()) return 0;
        long next = Math.min(stack.nextDeadline(), now + 1_000_000);
        if (!flying.isEmpty()) next = Math.min(next, flying.peek().at);
        return Math.max(0, next - now);
    }

    private void transmit() {
        while (true) {
            out.clear();
            int n = stack.transmit(now(), out);
            if (n == 0) return;
            for (int i = 0; i < n; i++) PacketCutter.cut(out, i, segmenter, cut, sent);
            while (!sent.isEmpty()) fly(false, sent.poll());
        }
    }

    private void fly(boolean toStack, byte[] packet) {
        if (random.nextInt(1000) < loss) return;
        int copies = random.nextInt(1000) < loss ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            boolean isLate = random.nextInt(1000) < loss;
            long at = now() + DELAY + (isLate ? random.nextLong(DELAY) : 0);
            flying.add(new Flying(at, number++, toStack, packet));
        }
    }

    private void deliver() throws IOException {
        while (!flying.isEmpty() && flying.peek().at <= now()) {
            Flying next = flying.poll();
            one.clear();
            int at = PacketBatch.HEADROOM;
            MemorySegment bytes = MemorySegment.ofArray(next.packet);
            MemorySegment.copy(bytes, 0, one.memory(), at, next.packet.length);
            one.add(at, next.packet.length);
            if (next.toStack) stack.receive(now(), one, 0, 1);
            else tun.write(one, 0, 1);
        }
    }

    @Override
    public void close() {
        isClosed = true;
        try {
            worker.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        stack.close(now());
        tun.close();
        out.close();
        one.close();
    }

    private static final long DELAY = 3_000_000L;
    private static final long ORIGIN = System.nanoTime() - 1_000_000_000L;
}
