package dev.adit.testkit;

import dev.adit.ip.port.Tun;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;

/// Queues changes of a fake interface (up, MTU, removal), and reports them to its listener from a
/// thread of its own. Thread-safe.
final class TunEventNotifier {
    private final String name;

    // Guarded by this.
    private final Queue<Consumer<Tun.Listener>> queue = new ArrayDeque<>();
    private @Nullable Thread watcher;
    private boolean telling;
    private boolean up;
    private int mtu;
    private boolean ended;

    TunEventNotifier(String name, int mtu) {
        this.name = name;
        this.mtu = mtu;
    }

    synchronized int mtu() {
        return mtu;
    }

    synchronized void up(boolean now) {
        up = now;
        post(listener -> listener.state(now));
    }

    synchronized void mtu(int bytes) {
        mtu = bytes;
        post(listener -> listener.mtu(bytes));
    }

    synchronized void routeMtus(int... mtus) {
        post(listener -> listener.routeMtus(mtus));
    }

    synchronized void remove() {
        post(
                listener -> {
                    listener.removed();
                    end();
                });
    }

    synchronized void fail(Throwable cause) {
        post(
                listener -> {
                    listener.failed(cause);
                    end();
                });
    }

    private void post(Consumer<Tun.Listener> event) {
        if (watcher == null || ended) return;
        queue.add(event);
        notifyAll();
    }

    private synchronized void end() {
        ended = true;
        queue.clear();
        notifyAll();
    }

    /// Waits until the listener was told of everything so far.
    synchronized void settle() {
        long deadline = Await.deadline();
        while (!ended && (telling || !queue.isEmpty())) {
            Await.change("the listener of " + name, this, deadline);
        }
    }

    synchronized void watch(Tun.Listener listener) {
        if (watcher != null) throw new IllegalStateException(name + " is watched already");
        watcher = Thread.ofPlatform().daemon().name("fake-" + name).unstarted(() -> tell(listener));
        up(up);
        watcher.start();
    }

    private void tell(Tun.Listener listener) {
        for (Consumer<Tun.Listener> next = next(); next != null; next = next()) {
            next.accept(listener);
        }
    }

    /// The next event, once the one before was told; null at the end.
    private synchronized @Nullable Consumer<Tun.Listener> next() {
        telling = false;
        notifyAll();
        while (!ended && queue.isEmpty()) {
            try {
                wait();
            } catch (InterruptedException e) {
                throw new IllegalStateException("a watcher is not interrupted", e);
            }
        }
        if (ended) return null;
        telling = true;
        return queue.remove();
    }

    /// Tells nothing more; returns when no call is under way, unless it is called from the
    /// listener.
    void close() {
        Thread thread;
        synchronized (this) {
            end();
            thread = watcher;
        }
        if (thread != null && thread != Thread.currentThread()) Await.end(thread);
    }
}
