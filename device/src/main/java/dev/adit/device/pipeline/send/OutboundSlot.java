package dev.adit.device.pipeline.send;

import dev.adit.device.event.DeviceListener;
import dev.adit.device.pipeline.slot.Slot;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.session.SealBatch;
import dev.adit.protocol.session.Session;
import dev.adit.protocol.session.ThreadCiphers;
import dev.adit.protocol.tunnel.Actions;
import dev.adit.protocol.tunnel.Peer;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/// A slot with packets of one peer on their way to a socket.
public final class OutboundSlot extends Slot {
    private final SocketSender socket;
    private final Actions actions;
    private final DeviceListener events;
    private final SealBatch out;
    private long now;
    private @Nullable Peer peer; // null while the slot is free, as is the session
    private @Nullable Session session;
    private boolean sealed;

    /// @param capacity the most packets that are sealed at once
    /// @param bytes room for their bytes
    public OutboundSlot(
            SocketSender socket, Actions actions, DeviceListener events, int capacity, int bytes) {
        this.socket = socket;
        this.actions = actions;
        this.events = events;
        out = new SealBatch(capacity, bytes);
    }

    /// The batch to add packets to; empty after [#finish].
    SealBatch out() {
        return out;
    }

    /// Sets the peer and the session of the packets.
    void address(long now, Peer peer, Session session) {
        this.now = now;
        this.peer = peer;
        this.session = session;
    }

    @Override
    protected void number() {
        Objects.requireNonNull(session).reserve(out);
    }

    @Override
    protected void work(@Nullable ThreadCiphers ciphers) {
        sealed = Objects.requireNonNull(session).seal(out, ciphers);
    }

    @Override
    protected void finish() {
        Peer to = Objects.requireNonNull(peer);
        if (sealed) {
            to.sealed(now, Objects.requireNonNull(session), actions);
            transmit(to);
        } else {
            // The session ended between the check and its use.
            events.dropped(DropReason.EXPIRED_SESSION, to, out.count(), null);
            to.needsSession(now, actions);
        }
        out.clear();
        peer = null;
        session = null;
    }

    private void transmit(Peer to) {
        PacketBatch packets = out.sealed();
        int failed = socket.send(to, packets);
        long bytes = out.sealedBytes();
        if (failed == 0) {
            to.sent(now, bytes, out.dataPackets());
        } else if (failed < packets.size()) {
            // Which ones were sent is not recorded; their share is exact enough for a counter.
            int went = packets.size() - failed;
            to.sent(now, bytes * went / packets.size(), Math.min(went, out.dataPackets()));
        }
    }

    @Override
    protected int bytes() {
        return out.sealedBytes();
    }

    @Override
    public void close() {
        out.close();
    }
}
