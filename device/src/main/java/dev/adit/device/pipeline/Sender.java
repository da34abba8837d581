package dev.adit.device.pipeline;

import dev.adit.device.io.Bind;
import dev.adit.device.io.SendException;
import dev.adit.protocol.address.Endpoint;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.packet.PacketBatch;
import dev.adit.protocol.tunnel.Peer;

/// Sends through whichever bind is open. Thread-safe.
final class Sender {
    private final Engine engine;

    Sender(Engine engine) {
        this.engine = engine;
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
                    if (peer != null) forgetSource(peer, target, e);
                    target = target.withoutSource();
                } else {
                    if (failed == 0) refused(peer, target, e);
                    failed++;
                    from++;
                }
            }
        }
        engine.drops.count(DropReason.SEND_FAILED, failed);
        return failed;
    }

    private void forgetSource(Peer peer, Endpoint target, SendException e) {
        peer.forgetSource(target);
        if (engine.journal.mayReportData(engine.clock.now())) {
            engine.journal.debug("Forgetting the source of " + peer + ": " + e.getMessage());
        }
    }

    private void refused(Peer peer, Endpoint to, SendException e) {
        if (peer != null && e.unreachable()) engine.audience.unreachable(peer);
        if (engine.journal.mayReportData(engine.clock.now())) {
            engine.journal.debug("Unable to send packet to " + to + ": " + e.getMessage());
        }
    }
}
