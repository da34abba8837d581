package dev.adit.stack.sim;

import dev.adit.ip.header.Segmenter;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.stack.Stack;
import dev.adit.stack.StackConfig;
import dev.adit.stack.hash.SipHash;
import dev.adit.stack.socket.Connection;
import dev.adit.stack.socket.Listener;
import dev.adit.stack.socket.StackEvents;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/// A stack with a thread that transmits into the other one's [Stack#receive], and programs that
/// block until something is possible: what a tunnel and sockets do, in memory and in real time.
public final class ThreadedNode implements StackEvents, AutoCloseable {
    public final Stack stack;
    private final Map<Object, Signal> signals = new ConcurrentHashMap<>();
    private final int lossPerMille;
    private volatile ThreadedNode other;
    private volatile Thread thread;
    private volatile boolean isClosed;
    private volatile Throwable failure;

    /// Counts what a program is told. Thread-safe.
    private static final class Signal {
        private long count;

        synchronized void raise() {
            count++;
            notifyAll();
        }

        synchronized long count() {
            return count;
        }

        synchronized void awaitChange(long seen) throws InterruptedException {
            long deadline = System.nanoTime() + PATIENCE;
            while (count == seen) {
                long left = deadline - System.nanoTime();
                if (left <= 0) throw new AssertionError("nothing was told for a minute");
                wait(Math.max(1, left / 1_000_000));
            }
        }
    }

    public ThreadedNode(StackConfig config, int lossPerMille) {
        this.lossPerMille = lossPerMille;
        stack = new Stack(config, new SipHash(9, 9), new Random(9), this);
    }

    public void start(ThreadedNode towards) {
        other = towards;
        thread = new Thread(this::run, "node");
        thread.start();
    }

    public static long now() {
        return System.nanoTime() - ORIGIN;
    }

    private void run() {
        Random random = new Random(3);
        Segmenter segmenter = new Segmenter();
        try (PacketBatch out = new PacketBatch(128, 256 << 10);
                PacketBatch in = new PacketBatch(1024, 4 << 20)) {
            while (!isClosed) {
                out.clear();
                int n = stack.transmit(now(), out);
                in.clear();
                for (int i = 0; i < n; i++) cut(segmenter, out, i, in, random);
                if (in.size() > 0) other.stack.receive(now(), in, 0, in.size());
                long now = now(), deadline = stack.nextDeadline();
                if (deadline <= now) stack.expire(now);
                else if (n == 0 && !stack.isReady()) {
                    LockSupport.parkNanos(Math.min(deadline - now, 1_000_000_000L));
                }
            }
        } catch (Throwable e) {
            failure = e;
        }
    }

    private void cut(Segmenter segmenter, PacketBatch out, int i, PacketBatch in, Random random) {
        int last = in.size() - 1;
        int at = last < 0 ? 16 : in.offset(last) + in.length(last) + 16;
        if (out.segmentSize(i) == 0) {
            MemorySegment.copy(out.memory(), out.offset(i), in.memory(), at, out.length(i));
            in.add(at, out.length(i));
            return;
        }
        int count = segmenter.begin(out.memory(), out.offset(i), out.length(i), out.segmentSize(i));
        for (int k = 0; k < count; k++) {
            if (random.nextInt(1000) < lossPerMille) continue;
            segmenter.write(k, in.memory(), at);
            in.add(at, segmenter.length(k));
            at += segmenter.length(k) + 16;
        }
    }

    private Signal signal(Object socket) {
        return signals.computeIfAbsent(socket, s -> new Signal());
    }

    /// Writes all of it, or until the connection has ended.
    public void write(Connection c, MemorySegment from, int bytes) throws InterruptedException {
        int done = 0;
        while (done < bytes) {
            long seen = signal(c).count();
            int n = c.write(now(), from, done, bytes - done);
            if (n < 0) return;
            if (n == 0) signal(c).awaitChange(seen);
            done += n;
        }
    }

    /// Reads something; -1 at the end.
    public int read(Connection c, MemorySegment to) throws InterruptedException {
        while (true) {
            long seen = signal(c).count();
            int n = c.read(now(), to, 0, (int) to.byteSize());
            if (n != 0) return n;
            signal(c).awaitChange(seen);
        }
    }

    public Connection accept(Listener listener) throws InterruptedException {
        while (true) {
            long seen = signal(listener).count();
            Connection c = listener.accept();
            if (c != null) return c;
            signal(listener).awaitChange(seen);
        }
    }

    @Override
    public void readable(Connection c) {
        signal(c).raise();
    }

    @Override
    public void writable(Connection c) {
        signal(c).raise();
    }

    @Override
    public void ended(Connection c) {
        signal(c).raise();
    }

    @Override
    public void acceptable(Listener l) {
        signal(l).raise();
    }

    @Override
    public void transmit() {
        LockSupport.unpark(thread);
    }

    /// Why the thread has died, or null.
    public Throwable failure() {
        return failure;
    }

    @Override
    public void close() {
        isClosed = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        stack.close(now());
    }

    private static final long PATIENCE = 60_000_000_000L;
    private static final long ORIGIN = System.nanoTime() - 1_000_000_000L;
}
