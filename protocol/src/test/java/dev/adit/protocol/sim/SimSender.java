package dev.adit.protocol.sim;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.header.Ecn;
import dev.adit.ip.header.IpPacket;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.session.SealBatch;
import dev.adit.protocol.session.Session;
import dev.adit.protocol.tunnel.Peer;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// Seals packets of a [SimTunnel] and sends them, or stages them.
final class SimSender {
    private final SimTunnel owner;
    private final ThreadBatches scratch = ThreadBatches.mine();
    private final SealBatch out = scratch.out();

    SimSender(SimTunnel owner) {
        this.owner = owner;
    }

    /// Sends some packets of `plain` to `peer`, behind those that already wait.
    void send(Peer peer, PacketBatch plain, List<Integer> picks) {
        Session session = peer.sendingSession(now());
        if (session == null || peer.hasStaged()) {
            for (int i : picks) {
                int dropped = peer.stage(plain.memory(), plain.offset(i), plain.length(i));
                owner.count(DropReason.STAGED_OVERFLOW, dropped);
            }
            flush(peer);
            return;
        }
        out.clear();
        for (int i : picks) {
            if (!out.fits(plain.length(i))) seal(peer, session);
            add(plain.memory(), plain.offset(i), plain.length(i));
        }
        seal(peer, session);
    }

    /// Sends what is staged, or asks for a session.
    void flush(Peer peer) {
        int left = 1;
        while (left > 0 && peer.hasStaged()) {
            Session session = peer.sendingSession(now());
            if (session == null) {
                peer.needsSession(now(), owner.wants());
                return;
            }
            PacketBatch unstaged = scratch.unstaged();
            unstaged.clear();
            left = peer.unstage(unstaged, PacketBatch.HEADROOM);
            out.clear();
            for (int i = 0; i < unstaged.size(); i++) {
                if (!out.fits(unstaged.length(i))) seal(peer, session);
                add(unstaged.memory(), unstaged.offset(i), unstaged.length(i));
            }
            seal(peer, session);
        }
    }

    /// Sends what is staged, or an empty packet.
    void keepalive(Peer peer) {
        if (!peer.hasStaged()) peer.stage(scratch.unstaged().memory(), 0, 0);
        flush(peer);
    }

    /// Sends an initiation, if there is to be one.
    void initiate(Peer peer) {
        PacketBatch message = scratch.message();
        boolean created =
                owner.tunnel().createInitiation(now(), owner.wants().wallClock(), peer, message);
        if (!created) return;
        if (peer.endpoint() == null) owner.count(DropReason.NO_ENDPOINT, 1);
        else if (send(message, peer.endpoint())) peer.sentHandshake(message.length(0));
    }

    /// Sends every packet of `packets`. False when the interface is down.
    boolean send(PacketBatch packets, Endpoint to) {
        boolean sent = true;
        for (int i = 0; i < packets.size(); i++) {
            byte[] datagram =
                    packets.memory()
                            .asSlice(packets.offset(i), packets.length(i))
                            .toArray(ValueLayout.JAVA_BYTE);
            sent &= owner.transmit(datagram, packets.trafficClass(i), to);
        }
        return sent;
    }

    private void add(MemorySegment slab, int offset, int length) {
        int trafficClass = length == 0 ? 0 : Ecn.encapsulate(IpPacket.trafficClass(slab, offset));
        out.add(slab, offset, length, owner.mtu(), trafficClass);
    }

    private void seal(Peer peer, Session session) {
        if (out.count() == 0) return;
        if (session.seal(out)) {
            peer.sealed(now(), session, owner.wants());
            transmit(peer);
        } else {
            owner.count(DropReason.EXPIRED_SESSION, out.count());
            peer.needsSession(now(), owner.wants());
        }
        out.clear();
    }

    private void transmit(Peer peer) {
        PacketBatch sealed = out.sealed();
        Endpoint to = peer.endpoint();
        if (to == null) {
            owner.count(DropReason.NO_ENDPOINT, sealed.size());
        } else if (send(sealed, to)) {
            long bytes = 0;
            for (int i = 0; i < sealed.size(); i++) bytes += sealed.length(i);
            peer.sent(now(), bytes, out.dataPackets());
        }
    }

    private long now() {
        return owner.network().now();
    }
}
