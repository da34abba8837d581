package dev.adit.device.pipeline.handshake;

import dev.adit.device.event.DeviceListener;
import dev.adit.device.pipeline.send.PeerSender;
import dev.adit.device.pipeline.thread.Clock;
import dev.adit.device.pipeline.thread.PipelineThread;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.tunnel.HandshakeDatagram;
import dev.adit.protocol.tunnel.Peer;

import java.nio.channels.ClosedChannelException;

/// A thread that computes handshakes and carries out the protocol's actions, in the order of the
/// handshake queue.
///
/// There are several, which take from one queue: two messages of one peer may be in work at once.
/// The handshake's monitor lets one of them change its state at a time, and timestamps, indices and
/// Rekey-Timeout are checked under it, so their order decides only which one is refused.
public final class Worker extends PipelineThread {
    private final HandshakeQueue queue;
    private final Clock clock;
    private final HandshakeExchange handshakes;
    private final PeerSender sender;
    private final DeviceListener events;

    /// @param handshakes computes and sends handshake messages for this thread; closed with it
    /// @param sender seals and sends for this thread; closed with it
    public Worker(
            Owner owner,
            int number,
            HandshakeQueue queue,
            Clock clock,
            HandshakeExchange handshakes,
            PeerSender sender,
            DeviceListener events) {
        super(owner, "worker" + number);
        this.queue = queue;
        this.clock = clock;
        this.handshakes = handshakes;
        this.sender = sender;
        this.events = events;
    }

    @Override
    protected void work() throws InterruptedException, ClosedChannelException {
        for (Record next = queue.take(); next != null; next = queue.take()) {
            // No switch: what the JVM makes of its patterns would delay the first message.
            if (next instanceof HandshakeDatagram received) handshakes.receive(received);
            else if (next instanceof HandshakeQueue.Order order) carryOut(order);
            else throw new AssertionError(next);
        }
    }

    private void carryOut(HandshakeQueue.Order order) throws ClosedChannelException {
        long now = clock.now();
        Peer peer = order.peer();
        switch (order.kind()) {
            case INITIATION -> handshakes.initiate(now, peer);
            case KEEPALIVE -> sender.keepalive(now, peer);
            case FLUSH -> sender.flush(now, peer);
            case DROP_STAGED -> {
                int packets = peer.dropStaged();
                if (packets == 0) return;
                events.dropped(DropReason.HANDSHAKE_GIVEN_UP, peer, packets, null);
            }
        }
    }

    @Override
    protected void release() {
        sender.close();
        handshakes.close();
    }
}
