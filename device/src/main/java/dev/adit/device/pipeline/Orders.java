package dev.adit.device.pipeline;

import dev.adit.protocol.tunnel.Actions;
import dev.adit.protocol.tunnel.Peer;

import java.time.Instant;

/// Turns what the protocol wants into orders for the workers. Thread-safe.
final class Orders implements Actions {
    private final Inbox inbox;
    private final Clock clock;
    private final Journal journal;
    private final Audience audience;

    Orders(Inbox inbox, Clock clock, Journal journal, Audience audience) {
        this.inbox = inbox;
        this.clock = clock;
        this.journal = journal;
        this.audience = audience;
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
    public void report(Peer peer, PeerEvent news, int number) {
        journal.news(clock.now(), peer, news, number);
        switch (news) {
            case SESSION_ESTABLISHED -> audience.heard(peer);
            case STOPPED_HEARING, NO_ANSWER -> audience.silent(peer);
            case RETRYING, GAVE_UP, KEYS_ERASED -> {}
        }
    }
}
