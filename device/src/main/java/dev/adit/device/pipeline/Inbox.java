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
/// send messages. Messages beyond [Tunnel#HANDSHAKE_QUEUE] are refused, and what claims a cookie
/// has a queue of its own beside that, which is taken from in turns with the other: so that a flood
/// of senders that have none to show neither fills the place of those who do nor makes them wait
/// behind it; nor the other way round, as a claim may be false.
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
    private final Queue<Datagram> claims = new ArrayDeque<>();
    private boolean claimsAreNext;
    private boolean closed;

    // Written with the monitor held, read without it: whoever reads late refuses one more or less.
    private volatile int messageCount;
    private volatile int claimCount;

    synchronized void order(Kind kind, Peer peer) {
        if (closed) return;
        orders.add(new Order(kind, peer));
        notify();
    }

    /// False while there is no room for another message: a look before it is copied.
    ///
    /// @param claim whether it has a mac2, right or wrong
    boolean hasRoom(boolean claim) {
        return claim ? claimCount < CLAIMS : messageCount < Tunnel.HANDSHAKE_QUEUE;
    }

    /// False when the queue is full.
    ///
    /// @param claim whether it has a mac2, right or wrong
    synchronized boolean offer(Datagram message, boolean claim) {
        if (closed || !hasRoom(claim)) return false;
        (claim ? claims : messages).add(message);
        count();
        notify();
        return true;
    }

    /// Waits for an [Order] or a [Datagram]; null once the inbox is closed.
    synchronized Record take() throws InterruptedException {
        while (!closed && orders.isEmpty() && messages.isEmpty() && claims.isEmpty()) wait();
        if (closed) return null;
        if (!orders.isEmpty()) return orders.remove();
        boolean claim = messages.isEmpty() || claimsAreNext && !claims.isEmpty();
        claimsAreNext = !claim;
        Datagram next = (claim ? claims : messages).remove();
        count();
        return next;
    }

    private void count() {
        messageCount = messages.size();
        claimCount = claims.size();
    }

    /// How many messages wait.
    int queued() {
        return messageCount + claimCount;
    }

    /// Drops all messages; how many there were.
    synchronized int dropMessages() {
        int dropped = queued();
        messages.clear();
        claims.clear();
        count();
        return dropped;
    }

    synchronized void close() {
        closed = true;
        orders.clear();
        dropMessages();
        notifyAll();
    }

    /// Messages with a mac2 that may wait beside the others.
    static final int CLAIMS = Tunnel.HANDSHAKE_QUEUE / 4;
}
