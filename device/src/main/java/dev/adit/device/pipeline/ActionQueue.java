package dev.adit.device.pipeline;

import dev.adit.protocol.tunnel.Actions;
import dev.adit.protocol.tunnel.Peer;

import java.time.Instant;

/// Queues the protocol's actions for the workers. Thread-safe.
final class ActionQueue implements Actions {
    private final HandshakeQueue handshakes;
    private final Clock clock;
    private final DeviceLog log;
    private final PeerListener listener;

    ActionQueue(HandshakeQueue handshakes, Clock clock, DeviceLog log, PeerListener listener) {
        this.handshakes = handshakes;
        this.clock = clock;
        this.log = log;
        this.listener = listener;
    }

    @Override
    public void initiation(Peer peer) {
        handshakes.order(HandshakeQueue.Kind.INITIATION, peer);
    }

    @Override
    public void keepalive(Peer peer) {
        handshakes.order(HandshakeQueue.Kind.KEEPALIVE, peer);
    }

    @Override
    public void flush(Peer peer) {
        handshakes.order(HandshakeQueue.Kind.FLUSH, peer);
    }

    @Override
    public void dropStaged(Peer peer) {
        handshakes.order(HandshakeQueue.Kind.DROP_STAGED, peer);
    }

    @Override
    public Instant wallClock() {
        return clock.timeOfDay();
    }

    @Override
    public void report(Peer peer, PeerEvent event, int number) {
        log.news(clock.now(), peer, event, number);
        switch (event) {
            case SESSION_ESTABLISHED -> listener.heard(peer);
            case STOPPED_HEARING, NO_ANSWER -> listener.silent(peer);
            case RETRYING, GAVE_UP, KEYS_ERASED -> {}
        }
    }
}
