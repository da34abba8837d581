package dev.adit.device.pipeline.handshake;

import dev.adit.device.event.DeviceEvent.HandshakeMessage;
import dev.adit.device.event.DeviceEvent.HandshakeReceived;
import dev.adit.device.event.DeviceEvent.HandshakeSent;
import dev.adit.device.event.DeviceListener;
import dev.adit.device.pipeline.send.SocketSender;
import dev.adit.device.pipeline.thread.Clock;
import dev.adit.device.pipeline.thread.CurrentPacket;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.tunnel.Actions;
import dev.adit.protocol.tunnel.HandshakeDatagram;
import dev.adit.protocol.tunnel.HandshakeOutcome;
import dev.adit.protocol.tunnel.Peer;
import dev.adit.protocol.tunnel.Tunnel;
import dev.adit.protocol.wire.Message;

import java.time.Instant;

/// Creates initiations, consumes handshake messages, and sends the answers. Confined to the worker
/// that owns it.
public final class HandshakeExchange implements AutoCloseable {
    private final Tunnel tunnel;
    private final Clock clock;
    private final InitiationTimestamps timestamps;
    private final SocketSender socket;
    private final Actions actions;
    private final DeviceListener events;
    private final PacketBatch message = new PacketBatch(1, 4096);
    private final CurrentPacket dropped = new CurrentPacket();

    public HandshakeExchange(
            Tunnel tunnel,
            Clock clock,
            InitiationTimestamps timestamps,
            SocketSender socket,
            Actions actions,
            DeviceListener events) {
        this.tunnel = tunnel;
        this.clock = clock;
        this.timestamps = timestamps;
        this.socket = socket;
        this.actions = actions;
        this.events = events;
    }

    /// Sends an initiation to `peer`, unless there was one just now.
    void initiate(long now, Peer peer) {
        Instant timestamp = timestamps.next(now, clock.timeOfDay());
        if (!tunnel.createInitiation(now, timestamp, peer, message)) return;
        events.event(new HandshakeSent(peer, HandshakeMessage.INITIATION));
        if (socket.send(peer, message) == 0) peer.sentHandshake(message.length(0));
    }

    /// Consumes a handshake message or cookie reply, and answers it.
    void receive(HandshakeDatagram received) {
        HandshakeOutcome outcome = tunnel.handshake(clock.now(), received, message, actions);
        Peer peer = outcome.peer();
        DropReason drop = outcome.drop();
        if (drop != null) {
            int length = (int) received.bytes().byteSize();
            dropped.message(received.from(), received.bytes(), 0, length);
            events.dropped(drop, peer, 1, dropped);
            dropped.clear();
        } else if (peer != null) {
            events.event(new HandshakeReceived(peer, kind(received), received.from()));
        }
        if (peer == null || !outcome.replied()) return;
        events.event(new HandshakeSent(peer, HandshakeMessage.RESPONSE));
        int failed = socket.send(peer, message, received.from());
        if (failed == 0) peer.sentHandshake(message.length(0));
    }

    private static HandshakeMessage kind(HandshakeDatagram received) {
        return switch (received.type()) {
            case Message.INITIATION -> HandshakeMessage.INITIATION;
            case Message.RESPONSE -> HandshakeMessage.RESPONSE;
            default -> HandshakeMessage.COOKIE_REPLY;
        };
    }

    @Override
    public void close() {
        message.close();
    }
}
