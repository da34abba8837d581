package dev.adit.device.pipeline.handshake;

import dev.adit.protocol.tunnel.HandshakeDatagram;
import dev.adit.protocol.tunnel.Peer;
import dev.adit.protocol.tunnel.Tunnel;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/// The work queue of the handshake workers: the protocol's actions, and handshake messages from the
/// network.
///
/// Thread-safe. Actions come first: their number is bounded by that of the peers, as none is queued
/// twice, while anyone can send messages. Messages beyond [Tunnel#HANDSHAKE_QUEUE] are refused.
/// Those of senders that have proved their address have a queue of their own, which alternates with
/// the other, so that neither kind takes the places of the other or makes it wait.
///
/// A worker has carried out what it took when it comes for the next.
public final class HandshakeQueue {
    /// An action for a peer.
    record Order(Kind kind, Peer peer) {
        // Those of a record are made by the JVM when the first is used, which takes too long here.

        @Override
        public boolean equals(Object other) {
            return other instanceof Order order && order.kind == kind && order.peer == peer;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(peer) * 31 + kind.ordinal();
        }
    }

    enum Kind {
        INITIATION,
        KEEPALIVE,
        FLUSH,
        DROP_STAGED
    }

    private final Map<Order, Long> actions = new LinkedHashMap<>(); // with their numbers
    private final Map<Thread, Long> taken = new HashMap<>(); // the numbers of those in work
    private long lastNumber;
    private int waiting; // threads in awaitActions
    private final Queue<HandshakeDatagram> messages = new ArrayDeque<>();
    private final Queue<HandshakeDatagram> proven = new ArrayDeque<>();
    private boolean provenAreNext;
    private boolean closed;

    // Written with the monitor held, read without it: a late reader refuses one more or less.
    private volatile int messageCount;
    private volatile int provenCount;

    synchronized void order(Kind kind, Peer peer) {
        if (closed) return;
        // An action that is queued already covers both: it works with the state that it finds then.
        if (actions.putIfAbsent(new Order(kind, peer), lastNumber + 1) != null) return;
        lastNumber++;
        wake();
    }

    private void wake() {
        if (waiting == 0) notify();
        else notifyAll();
    }

    /// Waits until the actions that are queued now are carried out, and those that come of them: a
    /// keepalive without a session becomes an initiation. Not for longer than `nanos`, and not on a
    /// worker, which would wait for itself.
    public void awaitActions(long nanos) {
        long end = System.nanoTime() + nanos;
        if (await(end)) await(end);
    }

    /// True when all that is queued is carried out, false when the time is over.
    private synchronized boolean await(long end) {
        if (taken.containsKey(Thread.currentThread())) return false;
        long last = lastNumber;
        waiting++;
        try {
            while (!closed && oldest() <= last) {
                long left = end - System.nanoTime();
                if (left <= 0) return false;
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            waiting--;
        }
    }

    /// The lowest number of an action that is not carried out.
    private long oldest() {
        long oldest = actions.isEmpty() ? Long.MAX_VALUE : actions.values().iterator().next();
        for (long number : taken.values()) oldest = Math.min(oldest, number);
        return oldest;
    }

    /// False while there is no room for another message: to be checked before it is copied.
    ///
    /// @param proven whether its sender has proved its address
    public boolean hasRoom(boolean proven) {
        return proven ? provenCount < PROVEN : messageCount < Tunnel.HANDSHAKE_QUEUE;
    }

    /// Adds a message; false when the queue is full.
    ///
    /// @param proven whether its sender has proved its address
    public synchronized boolean offer(HandshakeDatagram message, boolean proven) {
        if (closed || !hasRoom(proven)) return false;
        (proven ? this.proven : messages).add(message);
        count();
        wake();
        return true;
    }

    /// Waits for an [Order] or a [HandshakeDatagram]; null once the queue is closed.
    synchronized @Nullable Record take() throws InterruptedException {
        if (taken.remove(Thread.currentThread()) != null && waiting > 0) notifyAll();
        while (!closed && actions.isEmpty() && messages.isEmpty() && proven.isEmpty()) wait();
        if (closed) return null;
        if (!actions.isEmpty()) return first();
        boolean fromProven = messages.isEmpty() || provenAreNext && !proven.isEmpty();
        provenAreNext = !fromProven;
        HandshakeDatagram next = (fromProven ? proven : messages).remove();
        count();
        return next;
    }

    private Order first() {
        Iterator<Map.Entry<Order, Long>> oldest = actions.entrySet().iterator();
        Map.Entry<Order, Long> first = oldest.next();
        oldest.remove();
        taken.put(Thread.currentThread(), first.getValue());
        return first.getKey();
    }

    private void count() {
        messageCount = messages.size();
        provenCount = proven.size();
    }

    /// The number of messages waiting.
    public int queued() {
        return messageCount + provenCount;
    }

    /// Drops all messages and returns their number.
    public synchronized int dropMessages() {
        int dropped = queued();
        messages.clear();
        proven.clear();
        count();
        return dropped;
    }

    public synchronized void close() {
        closed = true;
        actions.clear();
        dropMessages();
        notifyAll();
    }

    /// The most messages of senders with a proven address, which are queued beside the others.
    static final int PROVEN = Tunnel.HANDSHAKE_QUEUE / 4;
}
