package dev.adit.device.pipeline;

import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.packet.PacketBatch;
import dev.adit.protocol.tunnel.Datagram;
import dev.adit.protocol.tunnel.HandshakeOutcome;
import dev.adit.protocol.tunnel.Peer;

import java.nio.channels.ClosedChannelException;
import java.time.Instant;

/// Computes handshakes, and does what the protocol wants done, in the order of the inbox.
///
/// There are several, which take from one inbox: two messages of one peer may be in work at once.
/// The handshake's monitor lets one of them change its state at a time, and timestamps, indices and
/// Rekey-Timeout are checked under it, so their order decides nothing but which is refused.
final class Worker extends PipelineThread {
    private final Engine engine;
    private final Transmitter transmitter;
    private final PacketBatch message = new PacketBatch(1, 4096);

    Worker(Engine engine, int number) {
        super(engine, "worker" + number);
        this.engine = engine;
        transmitter = new Transmitter(engine, 128, 1 << 18);
    }

    @Override
    void work() throws InterruptedException, ClosedChannelException {
        for (Record next = engine.inbox.take(); next != null; next = engine.inbox.take()) {
            switch (next) {
                case Datagram received -> handshake(received);
                case Inbox.Order order -> carryOut(order);
                default -> throw new AssertionError(next);
            }
        }
    }

    private void carryOut(Inbox.Order order) throws ClosedChannelException {
        long now = engine.clock.now();
        Peer peer = order.peer();
        switch (order.kind()) {
            case INITIATION -> initiate(now, peer);
            case KEEPALIVE -> transmitter.keepalive(now, peer);
            case FLUSH -> transmitter.flush(now, peer);
            case DROP_STAGED ->
                    engine.drops.count(DropReason.HANDSHAKE_GIVEN_UP, peer.dropStaged());
        }
    }

    private void initiate(long now, Peer peer) {
        Instant timestamp = engine.timestamps.next(now, engine.clock.timeOfDay());
        if (!engine.tunnel.createInitiation(now, timestamp, peer, message)) return;
        engine.journal.sendingInitiation(peer);
        if (engine.sender.send(peer, message) == 0) peer.sentHandshake(message.length(0));
    }

    private void handshake(Datagram received) {
        long now = engine.clock.now();
        HandshakeOutcome outcome = engine.tunnel.handshake(now, received, message, engine.actions);
        Peer peer = outcome.peer();
        if (outcome.drop() != null) {
            engine.drops.count(outcome.drop());
            engine.journal.dropped(now, received.type(), outcome.drop(), received.from());
        } else {
            engine.journal.received(now, received.type(), peer);
        }
        if (!outcome.replied()) return;
        engine.journal.sendingResponse(now, peer);
        int failed = engine.sender.send(peer, message, received.from());
        if (failed == 0) peer.sentHandshake(message.length(0));
    }

    @Override
    void release() {
        transmitter.close();
        message.close();
    }
}
