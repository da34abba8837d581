package dev.adit.device.pipeline;

import dev.adit.ip.packet.PacketBatch;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.tunnel.Datagram;
import dev.adit.protocol.tunnel.HandshakeOutcome;
import dev.adit.protocol.tunnel.Peer;

import java.nio.channels.ClosedChannelException;
import java.time.Instant;

/// A thread that computes handshakes and carries out the protocol's actions, in the order of the
/// handshake queue.
///
/// There are several, which take from one queue: two messages of one peer may be in work at once.
/// The handshake's monitor lets one of them change its state at a time, and timestamps, indices and
/// Rekey-Timeout are checked under it, so their order decides only which one is refused.
final class Worker extends PipelineThread {
    private final Pipeline pipeline;
    private final PeerSender sender;
    private final PacketBatch message = new PacketBatch(1, 4096);

    /// @param sender seals and sends for this thread; closed with it
    Worker(Pipeline pipeline, int number, PeerSender sender) {
        super(pipeline, "worker" + number);
        this.pipeline = pipeline;
        this.sender = sender;
    }

    @Override
    void work() throws InterruptedException, ClosedChannelException {
        for (Record next = pipeline.handshakes.take();
                next != null;
                next = pipeline.handshakes.take()) {
            switch (next) {
                case Datagram received -> handshake(received);
                case HandshakeQueue.Order order -> carryOut(order);
                default -> throw new AssertionError(next);
            }
        }
    }

    private void carryOut(HandshakeQueue.Order order) throws ClosedChannelException {
        long now = pipeline.clock.now();
        Peer peer = order.peer();
        switch (order.kind()) {
            case INITIATION -> initiate(now, peer);
            case KEEPALIVE -> sender.keepalive(now, peer);
            case FLUSH -> sender.flush(now, peer);
            case DROP_STAGED ->
                    pipeline.drops.count(DropReason.HANDSHAKE_GIVEN_UP, peer.dropStaged());
        }
    }

    private void initiate(long now, Peer peer) {
        Instant timestamp = pipeline.timestamps.next(now, pipeline.clock.timeOfDay());
        if (!pipeline.tunnel.createInitiation(now, timestamp, peer, message)) return;
        pipeline.log.sendingInitiation(peer);
        if (pipeline.sender.send(peer, message) == 0) peer.sentHandshake(message.length(0));
    }

    private void handshake(Datagram received) {
        long now = pipeline.clock.now();
        HandshakeOutcome outcome =
                pipeline.tunnel.handshake(now, received, message, pipeline.actions);
        Peer peer = outcome.peer();
        if (outcome.drop() != null) {
            pipeline.drops.count(outcome.drop());
            pipeline.log.dropped(now, received.type(), outcome.drop(), received.from());
        } else {
            pipeline.log.received(now, received.type(), peer);
        }
        if (!outcome.replied()) return;
        pipeline.log.sendingResponse(now, peer);
        int failed = pipeline.sender.send(peer, message, received.from());
        if (failed == 0) peer.sentHandshake(message.length(0));
    }

    @Override
    void release() {
        sender.close();
        message.close();
    }
}
