package dev.adit.device.pipeline;

import dev.adit.ip.header.Ecn;
import dev.adit.ip.header.IpPacket;
import dev.adit.ip.header.Segmenter;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.session.SealBatch;
import dev.adit.protocol.session.Session;
import dev.adit.protocol.session.ThreadCiphers;
import dev.adit.protocol.tunnel.Peer;
import dev.adit.protocol.wire.Nesting;

import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedChannelException;

/// Gathers packets, and has them sealed and sent: by the thread that owns it, to which it is
/// confined, or by whoever works on a ring.
///
/// With a ring, what more packets follow is left to the lanes, while the reader goes on; what is
/// the last for now the reader seals itself, so that a lone packet waits for no other thread.
/// Methods throw [ClosedChannelException] once the ring is closed.
final class PeerSender implements AutoCloseable {
    private final Pipeline pipeline;
    private final Ring<OutboundSlot> ring; // or null
    private final ThreadCiphers ciphers; // null without a ring
    private final PacketBatch unstaged;
    private final Segmenter segmenter = new Segmenter();
    private OutboundSlot slot; // with a ring, null until packets are added

    /// One that carries everything itself.
    ///
    /// @param capacity packets that are sealed in one go
    /// @param bytes room for them
    PeerSender(Pipeline pipeline, int capacity, int bytes) {
        this.pipeline = pipeline;
        ring = null;
        ciphers = null;
        slot = new OutboundSlot(pipeline, capacity, bytes);
        unstaged = new PacketBatch(capacity, bytes);
    }

    /// One that publishes to `ring`.
    PeerSender(Pipeline pipeline, Ring<OutboundSlot> ring) {
        this.pipeline = pipeline;
        this.ring = ring;
        ciphers = new ThreadCiphers();
        unstaged = new PacketBatch(UNSTAGED, UNSTAGED_BYTES);
    }

    /// Sends entries `picks[0]` to `picks[count - 1]` of `plain` to `peer`, or stages them until
    /// there is a session.
    ///
    /// @param more true when there is more to be sent right after it
    void send(long now, Peer peer, PacketBatch plain, int[] picks, int count, boolean more)
            throws ClosedChannelException {
        Session session = peer.sendingSession(now);
        if (session == null || peer.hasStaged()) {
            for (int i = 0; i < count; i++) stage(peer, plain, picks[i]);
            flush(now, peer);
            return;
        }
        for (int i = 0; i < count; i++) add(now, peer, session, plain, picks[i]);
        seal(now, peer, session, more);
    }

    /// Adds entry `i`, and seals and sends whenever there is no more room.
    private void add(long now, Peer peer, Session session, PacketBatch plain, int i)
            throws ClosedChannelException {
        int offset = plain.offset(i), length = plain.length(i);
        int trafficClass =
                length == 0 ? 0 : Ecn.encapsulate(IpPacket.trafficClass(plain.memory(), offset));
        int hops = length == 0 ? 0 : Nesting.hopLimit(plain.memory(), offset, length);
        if (plain.segmentSize(i) == 0) {
            SealBatch out = roomFor(length, now, peer, session);
            out.add(plain.memory(), offset, length, pipeline.mtu, trafficClass);
            if (hops > 0) out.setHopLimit(hops);
            return;
        }
        int segments = cut(plain, i);
        for (int s = 0; s < segments; s++) {
            SealBatch out = roomFor(segmenter.length(s), now, peer, session);
            out.add(segmenter, s, pipeline.mtu, trafficClass);
            if (hops > 0) out.setHopLimit(hops);
        }
    }

    /// Where a packet of `length` bytes can be added.
    private SealBatch roomFor(int length, long now, Peer peer, Session session)
            throws ClosedChannelException {
        if (slot == null) slot = ring.take(ciphers);
        if (slot.out().fits(length)) return slot.out();
        seal(now, peer, session, true);
        if (slot == null) slot = ring.take(ciphers);
        return slot.out();
    }

    /// Takes up super-packet `i`; returns how many segments it has.
    private int cut(PacketBatch plain, int i) {
        int segments =
                segmenter.begin(
                        plain.memory(), plain.offset(i), plain.length(i), plain.segmentSize(i));
        if (segments == 0) pipeline.drops.count(DropReason.NOT_IP);
        return segments;
    }

    private void stage(Peer peer, PacketBatch plain, int i) {
        int dropped = 0;
        if (plain.segmentSize(i) == 0) {
            dropped = peer.stage(plain.memory(), plain.offset(i), plain.length(i));
        } else {
            MemorySegment memory = unstaged.memory();
            int segments = cut(plain, i);
            for (int s = 0; s < segments; s++) {
                segmenter.write(s, memory, 0);
                dropped += peer.stage(memory, 0, segmenter.length(s));
            }
        }
        pipeline.drops.count(DropReason.STAGED_OVERFLOW, dropped);
    }

    /// Sends whatever is staged for `peer`, or has a session made for it. While there is no socket
    /// it stays staged: there will be another call when there is one.
    void flush(long now, Peer peer) throws ClosedChannelException {
        if (pipeline.bind() == null) return;
        int left = 1;
        while (left > 0 && peer.hasStaged()) {
            Session session = peer.sendingSession(now);
            if (session == null) {
                peer.needsSession(now, pipeline.actions);
                return;
            }
            unstaged.clear();
            left = peer.unstage(unstaged, PacketBatch.HEADROOM);
            for (int i = 0; i < unstaged.size(); i++) add(now, peer, session, unstaged, i);
            seal(now, peer, session, left > 0);
        }
    }

    /// Sends a keepalive, or what is staged if there is anything. One that was ordered before the
    /// interface went down is forgotten: it would make a handshake when that goes up again.
    void keepalive(long now, Peer peer) throws ClosedChannelException {
        if (pipeline.bind() == null) return;
        if (!peer.hasStaged()) {
            pipeline.log.sendingKeepalive(peer);
            peer.stage(unstaged.memory(), 0, 0);
        }
        flush(now, peer);
    }

    /// Carries on what was added, and starts anew.
    ///
    /// @param more true when there is more to be sent right after it
    private void seal(long now, Peer peer, Session session, boolean more) {
        if (slot == null || slot.out().count() == 0) return;
        slot.address(now, peer, session);
        if (ring == null) {
            slot.number();
            slot.work(null);
            slot.finish();
            return;
        }
        boolean handOver = more && slot.out().count() >= WORTH_A_LANE;
        OutboundSlot full = slot;
        slot = null;
        ring.publish(full, handOver, ciphers);
    }

    @Override
    public void close() {
        unstaged.close();
        if (ring != null) ciphers.close();
        else slot.close();
    }

    // Packets that take longer to seal than to hand over.
    private static final int WORTH_A_LANE = 16;
    private static final int UNSTAGED = 128;
    private static final int UNSTAGED_BYTES = 1 << 18;
}
