package dev.adit.device.pipeline.handshake;

import dev.adit.device.event.DeviceEvent;
import dev.adit.device.event.DeviceListener;
import dev.adit.device.pipeline.thread.Clock;
import dev.adit.protocol.tunnel.Actions;
import dev.adit.protocol.tunnel.Peer;

import java.time.Instant;
import java.util.Objects;

/// Queues the protocol's actions for the workers, and passes its events on. Thread-safe.
public final class ActionQueue implements Actions {
    private final HandshakeQueue handshakes;
    private final Clock clock;
    private final DeviceListener events;

    public ActionQueue(HandshakeQueue handshakes, Clock clock, DeviceListener events) {
        this.handshakes = handshakes;
        this.clock = clock;
        this.events = events;
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
        events.event(
                switch (event) {
                    case RETRYING -> new DeviceEvent.HandshakeRetried(peer, number);
                    case GAVE_UP -> new DeviceEvent.HandshakeGivenUp(peer, number);
                    case STOPPED_HEARING -> new DeviceEvent.StoppedHearing(peer, number);
                    case NO_ANSWER -> new DeviceEvent.NoAnswer(peer, number);
                    case KEYS_ERASED -> new DeviceEvent.KeysErased(peer, number);
                    case SESSION_ESTABLISHED ->
                            new DeviceEvent.SessionEstablished(
                                    peer, Objects.requireNonNull(peer.endpoint()), number);
                });
    }
}
