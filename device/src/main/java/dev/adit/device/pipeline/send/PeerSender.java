package dev.adit.device.pipeline.send;

import dev.adit.device.event.DeviceEvent.KeepaliveSent;
import dev.adit.device.event.DeviceListener;
import dev.adit.device.pipeline.slot.SlotHandOver;
import dev.adit.device.pipeline.thread.CurrentBind;
import dev.adit.ip.header.Ecn;
import dev.adit.ip.header.IpPacket;
import dev.adit.ip.header.Segmenter;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.session.SealBatch;
import dev.adit.protocol.session.Session;
import dev.adit.protocol.tunnel.Actions;
import dev.adit.protocol.tunnel.Peer;
import dev.adit.protocol.wire.Nesting;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedChannelException;

/// Gathers packets for a peer, and has them sealed and sent. Confined to the thread that owns it.
///
/// Packets that more packets follow are left to the crypto threads, if there are any, while the
/// reader goes on; the last ones for now are sealed here, so that a lone packet waits for no other
/// thread. Methods throw [ClosedChannelException] when the device is being closed.
public final class PeerSender implements AutoCloseable {
    private final CurrentBind bind;
    private final PaddingMtus padding;
    private final Actions actions;
    private final DeviceListener events;
    private final SlotHandOver<OutboundSlot> handOver;
    private final PacketBatch unstaged = new PacketBatch(UNSTAGED, UNSTAGED_BYTES);
    private final Segmenter segmenter = new Segmenter();
    private @Nullable OutboundSlot slot; // null until packets are added

    /// @param handOver the way to the work on the packets; closed with this
    public PeerSender(
            CurrentBind bind,
            PaddingMtus padding,
            Actions actions,
            DeviceListener events,
            SlotHandOver<OutboundSlot> handOver) {
        this.bind = bind;
        this.padding = padding;
        this.actions = actions;
        this.events = events;
        this.handOver = handOver;
    }

    /// Sends entries `picks[0]` to `picks[count - 1]` of `plain` to `peer`, or stages them until
    /// there is a session.
    ///
    /// @param more true when more packets follow right after
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

    /// Adds entry `i`; seals and sends whenever there is no more room.
    private void add(long now, Peer peer, Session session, PacketBatch plain, int i)
            throws ClosedChannelException {
        int offset = plain.offset(i), length = plain.length(i);
        int trafficClass =
                length == 0 ? 0 : Ecn.encapsulate(IpPacket.trafficClass(plain.memory(), offset));
        int hops = length == 0 ? 0 : Nesting.hopLimit(plain.memory(), offset, length);
        if (plain.segmentSize(i) == 0) {
            SealBatch out = roomFor(length, now, peer, session);
            out.add(plain.memory(), offset, length, padding.paddedTo(length), trafficClass);
            if (hops > 0) out.setHopLimit(hops);
            return;
        }
        int segments = cut(peer, plain, i);
        for (int s = 0; s < segments; s++) {
            int segment = segmenter.length(s);
            SealBatch out = roomFor(segment, now, peer, session);
            out.add(segmenter, s, padding.paddedTo(segment), trafficClass);
            if (hops > 0) out.setHopLimit(hops);
        }
    }

    /// A batch with room for a packet of `length` bytes.
    private SealBatch roomFor(int length, long now, Peer peer, Session session)
            throws ClosedChannelException {
        if (slot == null) slot = handOver.take();
        if (slot.out().fits(length)) return slot.out();
        seal(now, peer, session, true);
        if (slot == null) slot = handOver.take();
        return slot.out();
    }

    /// Begins to cut super-packet `i`; returns the number of segments.
    private int cut(Peer peer, PacketBatch plain, int i) {
        int segments =
                segmenter.begin(
                        plain.memory(), plain.offset(i), plain.length(i), plain.segmentSize(i));
        if (segments == 0) events.dropped(DropReason.NOT_IP, peer, 1, null);
        return segments;
    }

    private void stage(Peer peer, PacketBatch plain, int i) {
        int dropped = 0;
        if (plain.segmentSize(i) == 0) {
            dropped = peer.stage(plain.memory(), plain.offset(i), plain.length(i));
        } else {
            MemorySegment memory = unstaged.memory();
            int segments = cut(peer, plain, i);
            for (int s = 0; s < segments; s++) {
                segmenter.write(s, memory, 0);
                dropped += peer.stage(memory, 0, segmenter.length(s));
            }
        }
        if (dropped > 0) events.dropped(DropReason.STAGED_OVERFLOW, peer, dropped, null);
    }

    /// Sends the staged packets of `peer`, or asks for a session for it. Without a socket they stay
    /// staged: there will be another call when there is one.
    public void flush(long now, Peer peer) throws ClosedChannelException {
        if (bind.get() == null) return;
        int left = 1;
        while (left > 0 && peer.hasStaged()) {
            Session session = peer.sendingSession(now);
            if (session == null) {
                peer.needsSession(now, actions);
                return;
            }
            unstaged.clear();
            left = peer.unstage(unstaged, PacketBatch.HEADROOM);
            for (int i = 0; i < unstaged.size(); i++) add(now, peer, session, unstaged, i);
            seal(now, peer, session, left > 0);
        }
    }

    /// Sends a keepalive, or the staged packets if there are any. A keepalive ordered before the
    /// interface went down is dropped: it would cause a handshake when the interface goes up again.
    public void keepalive(long now, Peer peer) throws ClosedChannelException {
        if (bind.get() == null) return;
        if (!peer.hasStaged()) {
            events.event(new KeepaliveSent(peer));
            peer.stage(unstaged.memory(), 0, 0);
        }
        flush(now, peer);
    }

    /// Passes on the packets added so far, and starts with an empty slot.
    ///
    /// @param more true when more packets follow right after
    private void seal(long now, Peer peer, Session session, boolean more) {
        if (slot == null || slot.out().count() == 0) return;
        slot.address(now, peer, session);
        boolean worthIt = more && slot.out().count() >= WORTH_A_HANDOVER;
        OutboundSlot full = slot;
        slot = null;
        handOver.publish(full, worthIt);
    }

    @Override
    public void close() {
        unstaged.close();
        handOver.close();
    }

    // The number of packets that take longer to seal than to hand over.
    private static final int WORTH_A_HANDOVER = 16;
    private static final int UNSTAGED = 128;
    private static final int UNSTAGED_BYTES = 1 << 18;
}
