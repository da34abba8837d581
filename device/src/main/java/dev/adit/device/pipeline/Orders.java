package dev.adit.device.pipeline;

import dev.adit.protocol.tunnel.Peer;
import dev.adit.protocol.tunnel.Wants;

import java.time.Instant;

/// Turns what the protocol wants into orders for the workers. Thread-safe.
final class Orders implements Wants {
    private final Inbox inbox;
    private final Clock clock;
    private final Journal journal;

    Orders(Inbox inbox, Clock clock, Journal journal) {
        this.inbox = inbox;
        this.clock = clock;
        this.journal = journal;
    }

    @Override
    public void initiation(Peer peer) {
        inbox.order(Inbox.Kind.INITIATION, peer);
    }

    @Override
    public void keepalive(Peer peer) {
        inbox.order(Inbox.Kind.KEEPALIVE, peer);
    }

    @Override
    public void flush(Peer peer) {
        inbox.order(Inbox.Kind.FLUSH, peer);
    }

    @Override
    public void dropStaged(Peer peer) {
        inbox.order(Inbox.Kind.DROP_STAGED, peer);
    }

    @Override
    public Instant wallClock() {
        return clock.timeOfDay();
    }

    @Override
    public void report(Peer peer, News news, int number) {
        journal.news(peer, news, number);
    }
}
