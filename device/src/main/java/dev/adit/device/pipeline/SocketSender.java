package dev.adit.device.pipeline;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Bind;
import dev.adit.ip.port.SendException;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.tunnel.Peer;

/// Sends packets through the bind that is open. Thread-safe.
final class SocketSender {
    private final Pipeline pipeline;

    SocketSender(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    /// Sends all of `packets`, handshake messages or sealed data, to the peer's endpoint.
    ///
    /// @return the number of packets dropped
    int send(Peer peer, PacketBatch packets) {
        Endpoint to = peer.endpoint();
        if (to == null) {
            pipeline.drops.count(DropReason.NO_ENDPOINT, packets.size());
            return packets.size();
        }
        return send(peer, packets, to);
    }

    /// Sends all of `packets` to `to`; when its source address is gone, it is forgotten, and the
    /// packet sent again at once.
    ///
    /// @param peer the peer at `to`, or null
    /// @return the number of packets dropped
    int send(Peer peer, PacketBatch packets, Endpoint to) {
        Bind bind = pipeline.bind();
        if (bind == null) {
            pipeline.drops.count(DropReason.INTERFACE_DOWN, packets.size());
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
        pipeline.drops.count(DropReason.SEND_FAILED, failed);
        return failed;
    }

    private void forgetSource(Peer peer, Endpoint target, SendException e) {
        peer.forgetSource(target);
        if (pipeline.log.mayReportData(pipeline.clock.now())) {
            pipeline.log.debug("Forgetting the source of " + peer + ": " + e.getMessage());
        }
    }

    private void refused(Peer peer, Endpoint to, SendException e) {
        if (peer != null && e.unreachable()) pipeline.listener.unreachable(peer);
        if (pipeline.log.mayReportData(pipeline.clock.now())) {
            pipeline.log.debug("Unable to send packet to " + to + ": " + e.getMessage());
        }
    }
}
