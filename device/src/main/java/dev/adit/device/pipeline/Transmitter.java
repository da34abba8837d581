package dev.adit.device.pipeline;

import dev.adit.device.io.Bind;
import dev.adit.device.io.SendException;
import dev.adit.protocol.address.Endpoint;
import dev.adit.protocol.ip.Ecn;
import dev.adit.protocol.ip.IpPacket;
import dev.adit.protocol.ip.Segmenter;
import dev.adit.protocol.packet.PacketBatch;
import dev.adit.protocol.session.Outbound;
import dev.adit.protocol.session.Session;
import dev.adit.protocol.tunnel.Peer;
import dev.adit.protocol.verdict.DropReason;

import java.lang.foreign.MemorySegment;

/// Seals packets and sends them. Confined to the thread that owns it.
final class Transmitter implements AutoCloseable {
    private final Engine engine;
    private final Outbound out;
    private final PacketBatch unstaged;
    private final Segmenter segmenter = new Segmenter();

    /// @param capacity packets that are sealed in one go
    /// @param bytes room for them
    Transmitter(Engine engine, int capacity, int bytes) {
        this.engine = engine;
        out = new Outbound(capacity, bytes);
        unstaged = new PacketBatch(capacity, bytes);
    }

    /// Sends entries `picks[0]` to `picks[count - 1]` of `plain` to `peer`, or stages them until
    /// there is a session.
    void send(long now, Peer peer, PacketBatch plain, int[] picks, int count) {
        Session session = peer.sendingSession(now);
        if (session == null || peer.hasStaged()) {
            for (int i = 0; i < count; i++) stage(peer, plain, picks[i]);
            flush(now, peer);
            return;
        }
        out.clear();
        for (int i = 0; i < count; i++) add(now, peer, session, plain, picks[i]);
        seal(now, peer, session);
    }

    /// Adds entry `i`, and seals and sends whenever there is no more room.
    private void add(long now, Peer peer, Session session, PacketBatch plain, int i) {
        int offset = plain.offset(i), length = plain.length(i);
        int trafficClass =
                length == 0 ? 0 : Ecn.encapsulate(IpPacket.trafficClass(plain.memory(), offset));
        if (plain.segmentSize(i) == 0) {
            if (!out.fits(length)) seal(now, peer, session);
            out.add(plain.memory(), offset, length, engine.mtu, trafficClass);
            return;
        }
        int segments = cut(plain, i);
        for (int s = 0; s < segments; s++) {
            if (!out.fits(segmenter.length(s))) seal(now, peer, session);
            out.add(segmenter, s, engine.mtu, trafficClass);
        }
    }

    /// Takes up super-packet `i`; returns how many segments it has.
    private int cut(PacketBatch plain, int i) {
        int segments =
                segmenter.begin(
                        plain.memory(), plain.offset(i), plain.length(i), plain.segmentSize(i));
        if (segments == 0) engine.drops.count(DropReason.NOT_IP);
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
        engine.drops.count(DropReason.STAGED_OVERFLOW, dropped);
    }

    /// Sends whatever is staged for `peer`, or has a session made for it. While there is no socket
    /// it stays staged: there will be another call when there is one.
    void flush(long now, Peer peer) {
        if (engine.bind() == null) return;
        int left = 1;
        while (left > 0 && peer.hasStaged()) {
            Session session = peer.sendingSession(now);
            if (session == null) {
                peer.needsSession(now, engine.wants);
                return;
            }
            unstaged.clear();
            left = peer.unstage(unstaged, PacketBatch.HEADROOM);
            out.clear();
            for (int i = 0; i < unstaged.size(); i++) add(now, peer, session, unstaged, i);
            seal(now, peer, session);
        }
    }

    /// Sends a keepalive, or what is staged if there is anything. One that was ordered before the
    /// interface went down is forgotten: it would make a handshake when that goes up again.
    void keepalive(long now, Peer peer) {
        if (engine.bind() == null) return;
        if (!peer.hasStaged()) peer.stage(unstaged.memory(), 0, 0);
        flush(now, peer);
    }

    /// Seals and sends what was added, and starts anew.
    private void seal(long now, Peer peer, Session session) {
        if (out.count() == 0) return;
        if (session.seal(out)) {
            peer.sealed(now, session, engine.wants);
            transmit(now, peer);
        } else {
            // The session ended between the look at it and its use.
            engine.drops.count(DropReason.EXPIRED_SESSION, out.count());
            peer.needsSession(now, engine.wants);
        }
        out.clear();
    }

    private void transmit(long now, Peer peer) {
        PacketBatch sealed = out.sealed();
        int failed = send(peer, sealed);
        long bytes = 0;
        for (int i = 0; i < sealed.size(); i++) bytes += sealed.length(i);
        if (failed == 0) {
            peer.sent(now, bytes, out.dataPackets());
        } else if (failed < sealed.size()) {
            // Which ones went is not kept; their share is near enough for a counter.
            int went = sealed.size() - failed;
            peer.sent(now, bytes * went / sealed.size(), Math.min(went, out.dataPackets()));
        }
    }

    /// Sends all of `packets`, handshake messages or sealed data, to the peer's endpoint.
    ///
    /// @return how many were dropped
    int send(Peer peer, PacketBatch packets) {
        Endpoint to = peer.endpoint();
        if (to == null) {
            engine.drops.count(DropReason.NO_ENDPOINT, packets.size());
            return packets.size();
        }
        return send(peer, packets, to);
    }

    /// Sends all of `packets` to `to`; a source address that has gone is forgotten, and the packet
    /// sent again at once.
    ///
    /// @param peer whose endpoint `to` is, or null
    /// @return how many were dropped
    int send(Peer peer, PacketBatch packets, Endpoint to) {
        Bind bind = engine.bind();
        if (bind == null) {
            engine.drops.count(DropReason.INTERFACE_DOWN, packets.size());
            return packets.size();
        }
        int failed = 0;
        Endpoint target = to;
        for (int from = 0; from < packets.size(); ) {
            try {
                bind.send(packets, from, packets.size(), target);
                break;
            } catch (SendException e) {
                from = e.refused();
                if (e.sourceGone() && target.hasSource()) {
                    if (peer != null) peer.forgetSource(target);
                    target = target.withoutSource();
                } else {
                    if (failed == 0) report(target, e);
                    failed++;
                    from++;
                }
            }
        }
        engine.drops.count(DropReason.SEND_FAILED, failed);
        return failed;
    }

    private void report(Endpoint to, SendException e) {
        if (engine.journal.mayReportData(engine.clock.now())) {
            engine.journal.debug("No route to " + to + ", error " + e.getMessage());
        }
    }

    @Override
    public void close() {
        out.close();
        unstaged.close();
    }
}
