package dev.adit.device.pipeline;

import dev.adit.protocol.tunnel.Datagram;
import dev.adit.protocol.tunnel.Peer;
import dev.adit.protocol.tunnel.Tunnel;

import java.util.ArrayDeque;
import java.util.Queue;

/// What waits for the workers: what the protocol wants done, and handshake messages from the
/// network.
///
/// Thread-safe. What is wanted comes first: it is bounded by the number of peers, while anybody can
/// send messages. Messages beyond [Tunnel#HANDSHAKE_QUEUE] are refused.
final class Inbox {
    /// Something to be done for a peer.
    record Order(Kind kind, Peer peer) {}

    enum Kind {
        INITIATION,
        KEEPALIVE,
        FLUSH,
        DROP_STAGED
    }

    private final Queue<Order> orders = new ArrayDeque<>();
    private final Queue<Datagram> messages = new ArrayDeque<>();
    private boolean closed;

    synchronized void order(Kind kind, Peer peer) {
        if (closed) return;
        orders.add(new Order(kind, peer));
        notify();
    }

    /// False when the queue is full.
    synchronized boolean offer(Datagram message) {
        if (closed || messages.size() >= Tunnel.HANDSHAKE_QUEUE) return false;
        messages.add(message);
        notify();
        return true;
    }

    /// Waits for an [Order] or a [Datagram]; null once the inbox is closed.
    synchronized Record take() throws InterruptedException {
        while (!closed && orders.isEmpty() && messages.isEmpty()) wait();
        if (closed) return null;
        return orders.isEmpty() ? messages.remove() : orders.remove();
    }

    /// How many messages wait.
    synchronized int queued() {
        return messages.size();
    }

    /// Drops all messages; how many there were.
    synchronized int dropMessages() {
        int dropped = messages.size();
        messages.clear();
        return dropped;
    }

    synchronized void close() {
        closed = true;
        orders.clear();
        messages.clear();
        notifyAll();
    }
}
