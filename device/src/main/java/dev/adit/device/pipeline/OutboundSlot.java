package dev.adit.device.pipeline;

import dev.adit.ip.packet.PacketBatch;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.session.SealBatch;
import dev.adit.protocol.session.Session;
import dev.adit.protocol.session.ThreadCiphers;
import dev.adit.protocol.tunnel.Peer;

/// A slot with packets of one peer on their way to a socket.
final class OutboundSlot extends Slot {
    private final Pipeline pipeline;
    private final SealBatch out;
    private long now;
    private Peer peer;
    private Session session;
    private boolean sealed;

    /// @param capacity the most packets that are sealed at once
    /// @param bytes room for their bytes
    OutboundSlot(Pipeline pipeline, int capacity, int bytes) {
        this.pipeline = pipeline;
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
    void number() {
        session.reserve(out);
    }

    @Override
    void work(ThreadCiphers ciphers) {
        sealed = session.seal(out, ciphers);
    }

    @Override
    void finish() {
        if (sealed) {
            peer.sealed(now, session, pipeline.actions);
            transmit();
        } else {
            // The session ended between the check and its use.
            pipeline.drops.count(DropReason.EXPIRED_SESSION, out.count());
            peer.needsSession(now, pipeline.actions);
        }
        out.clear();
        peer = null;
        session = null;
    }

    private void transmit() {
        PacketBatch packets = out.sealed();
        int failed = pipeline.sender.send(peer, packets);
        long bytes = out.sealedBytes();
        if (failed == 0) {
            peer.sent(now, bytes, out.dataPackets());
        } else if (failed < packets.size()) {
            // Which ones were sent is not recorded; their share is exact enough for a counter.
            int went = packets.size() - failed;
            peer.sent(now, bytes * went / packets.size(), Math.min(went, out.dataPackets()));
        }
    }

    @Override
    int bytes() {
        return out.sealedBytes();
    }

    @Override
    public void close() {
        out.close();
    }
}
