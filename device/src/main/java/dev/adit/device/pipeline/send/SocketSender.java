package dev.adit.device.pipeline.send;

import dev.adit.device.event.DeviceEvent.SourceForgotten;
import dev.adit.device.event.DeviceListener;
import dev.adit.device.pipeline.thread.CurrentBind;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Bind;
import dev.adit.ip.port.SendException;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.tunnel.Peer;

import org.jspecify.annotations.Nullable;

/// Sends packets through the bind that is open. Thread-safe.
public final class SocketSender {
    private final CurrentBind open;
    private final DeviceListener events;

    public SocketSender(CurrentBind open, DeviceListener events) {
        this.open = open;
        this.events = events;
    }

    /// Sends all of `packets`, handshake messages or sealed data, to the peer's endpoint.
    ///
    /// @return the number of packets dropped
    public int send(Peer peer, PacketBatch packets) {
        Endpoint to = peer.endpoint();
        if (to == null) {
            drop(DropReason.NO_ENDPOINT, peer, packets.size());
            return packets.size();
        }
        return send(peer, packets, to);
    }

    /// Sends all of `packets` to `to`; when its source address is gone, it is forgotten, and the
    /// packet sent again at once.
    ///
    /// @param peer the peer at `to`, or null
    /// @return the number of packets dropped
    public int send(@Nullable Peer peer, PacketBatch packets, Endpoint to) {
        Bind bind = open.get();
        if (bind == null) {
            drop(DropReason.INTERFACE_DOWN, peer, packets.size());
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
                    if (failed == 0) events.sendRefused(peer, target, e);
                    failed++;
                    from++;
                }
            }
        }
        drop(DropReason.SEND_FAILED, peer, failed);
        return failed;
    }

    private void forgetSource(Peer peer, Endpoint target, SendException e) {
        peer.forgetSource(target);
        events.event(new SourceForgotten(peer, target, e));
    }

    private void drop(DropReason reason, @Nullable Peer peer, int packets) {
        if (packets > 0) events.dropped(reason, peer, packets, null);
    }
}
