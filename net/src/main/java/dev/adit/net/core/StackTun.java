package dev.adit.net.core;

import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Offload;
import dev.adit.ip.port.Tun;
import dev.adit.stack.Stack;

import org.jspecify.annotations.Nullable;

import java.nio.channels.ClosedChannelException;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/// The TUN of a network in the program: the stack makes packets when the device asks for them, in
/// the thread of the device that reads, and takes packets in the thread that opened them. So no
/// queue lies between TCP and the tunnel, and the stack has no thread; its timers run in [#read].
///
/// Thread-safe, but for one reading thread.
final class StackTun implements Tun {
    private final String name;
    private final int mtu;
    private final Runnable onClose;

    @SuppressWarnings("NullAway.Init") // set before the device starts
    private Stack stack;

    @SuppressWarnings("NullAway.Init") // set when the device starts
    private Listener listener;

    private volatile @Nullable Thread parked; // the reader, while it parks or is about to
    private volatile boolean isClosed;
    private volatile @Nullable Runnable request; // what the reader shall do next

    /// @param onClose called once, when the device closes this
    StackTun(String name, int mtu, Runnable onClose) {
        this.name = name;
        this.mtu = mtu;
        this.onClose = onClose;
    }

    void stack(Stack ours) {
        stack = ours;
    }

    /// Nanoseconds on the clock of the stack.
    static long now() {
        return System.nanoTime() - ORIGIN;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public void read(PacketBatch into) throws ClosedChannelException {
        into.clear();
        while (true) {
            if (isClosed) throw new ClosedChannelException();
            Runnable asked = request;
            if (asked != null) {
                request = null;
                asked.run();
            }
            long now = now();
            if (stack.nextDeadline() <= now) stack.expire(now);
            if (stack.transmit(now, into) > 0) return;
            park();
        }
    }

    /// Parks until there is something to do. What becomes ready after `parked` is set unparks.
    private void park() {
        parked = Thread.currentThread();
        if (!stack.isReady() && !isClosed && request == null) {
            long wait = stack.nextDeadline() - now();
            if (wait > 0) LockSupport.parkNanos(this, Math.min(wait, LONGEST_PARK));
        }
        parked = null;
    }

    /// There is something to transmit, or an earlier deadline. Any thread.
    void wake() {
        Thread reader = parked;
        if (reader != null) LockSupport.unpark(reader);
    }

    /// Has the reading thread run `task` soon, in place of one that has not run yet, which has to
    /// be the same. Any thread.
    void request(Runnable task) {
        request = task;
        wake();
    }

    @Override
    public int write(PacketBatch packets, int from, int to) throws ClosedChannelException {
        if (isClosed) throw new ClosedChannelException();
        stack.receive(now(), packets, from, to);
        return to - from; // what the stack drops it counts itself
    }

    @Override
    public Set<Offload> offloads() {
        return EnumSet.of(Offload.TUN_TSO, Offload.TUN_USO);
    }

    @Override
    public void watch(Listener listening) {
        listener = listening;
    }

    /// Sets the interface up, once the device is configured.
    void up() {
        listener.state(true);
    }

    @Override
    public void close() {
        if (isClosed) return;
        isClosed = true;
        wake();
        onClose.run();
    }

    private static final long LONGEST_PARK = 3_600_000_000_000L;

    // The clock begins at one second, so that times before now are no negative numbers.
    private static final long ORIGIN = System.nanoTime() - 1_000_000_000L;
}
