package dev.adit.device.pipeline.handshake;

import dev.adit.protocol.tunnel.Datagram;
import dev.adit.protocol.tunnel.Peer;
import dev.adit.protocol.tunnel.Tunnel;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;

/// The work queue of the handshake workers: the protocol's actions, and handshake messages from the
/// network.
///
/// Thread-safe. Actions come first: their number is bounded by that of the peers, as none is queued
/// twice, while anyone can send messages. Messages beyond [Tunnel#HANDSHAKE_QUEUE] are refused.
/// Those of senders that have proved their address have a queue of their own, which alternates with
/// the other, so that neither kind takes the places of the other or makes it wait.
public final class HandshakeQueue {
    /// An action for a peer.
    record Order(Kind kind, Peer peer) {}

    enum Kind {
        INITIATION,
        KEEPALIVE,
        FLUSH,
        DROP_STAGED
    }

    private final Set<Order> actions = new LinkedHashSet<>();
    private final Queue<Datagram> messages = new ArrayDeque<>();
    private final Queue<Datagram> proven = new ArrayDeque<>();
    private boolean provenAreNext;
    private boolean closed;

    // Written with the monitor held, read without it: a late reader refuses one more or less.
    private volatile int messageCount;
    private volatile int provenCount;

    synchronized void order(Kind kind, Peer peer) {
        if (closed) return;
        // An action that is queued already covers both: it works with the state that it finds then.
        if (actions.add(new Order(kind, peer))) notify();
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
    public synchronized boolean offer(Datagram message, boolean proven) {
        if (closed || !hasRoom(proven)) return false;
        (proven ? this.proven : messages).add(message);
        count();
        notify();
        return true;
    }

    /// Waits for an [Order] or a [Datagram]; null once the queue is closed.
    synchronized Record take() throws InterruptedException {
        while (!closed && actions.isEmpty() && messages.isEmpty() && proven.isEmpty()) wait();
        if (closed) return null;
        if (!actions.isEmpty()) return first();
        boolean fromProven = messages.isEmpty() || provenAreNext && !proven.isEmpty();
        provenAreNext = !fromProven;
        Datagram next = (fromProven ? proven : messages).remove();
        count();
        return next;
    }

    private Order first() {
        Iterator<Order> oldest = actions.iterator();
        Order first = oldest.next();
        oldest.remove();
        return first;
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
