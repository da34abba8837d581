package dev.adit.device.pipeline.send;

import dev.adit.device.event.DeviceListener;
import dev.adit.device.pipeline.thread.CurrentBind;
import dev.adit.device.pipeline.thread.CurrentPacket;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.header.IpPacket;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Bind;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.tunnel.Peer;
import dev.adit.protocol.tunnel.Tunnel;
import dev.adit.protocol.wire.Nesting;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/// Finds the peers of packets from the TUN, and drops the packets that cannot be sent to any.
/// Confined to the thread that reads the TUN.
public final class OutboundRouter implements AutoCloseable {
    private final Tunnel tunnel;
    private final CurrentBind bind;
    private final IcmpReplies icmpReplies;
    private final DeviceListener events;
    private final CurrentPacket dropped = new CurrentPacket();

    /// @param icmpReplies tells senders that there is no way; closed with this
    public OutboundRouter(
            Tunnel tunnel, CurrentBind bind, IcmpReplies icmpReplies, DeviceListener events) {
        this.tunnel = tunnel;
        this.bind = bind;
        this.icmpReplies = icmpReplies;
        this.events = events;
    }

    /// The peer of packet `i`, or null when it is dropped.
    ///
    /// A packet may come before the interface is known to be up; it is then staged like any other
    /// without a session.
    @Nullable Peer route(long now, PacketBatch batch, int i) {
        MemorySegment slab = batch.memory();
        int offset = batch.offset(i), length = batch.length(i);
        if (IpPacket.version(slab, offset, length) == 0) {
            return drop(DropReason.NOT_IP, null, slab, offset, length);
        }
        Peer to = tunnel.routeByDestination(slab, offset);
        Endpoint endpoint = to == null ? null : to.endpoint();
        if (endpoint == null) {
            icmpReplies.refuse(now, slab, offset, length);
            DropReason reason = to == null ? DropReason.NO_ROUTE : DropReason.NO_ENDPOINT;
            return drop(reason, to, slab, offset, length);
        }
        if (loops(slab, offset, length, endpoint)) {
            return drop(DropReason.ROUTING_LOOP, to, slab, offset, length);
        }
        return to;
    }

    private boolean loops(MemorySegment slab, int offset, int length, Endpoint to) {
        Bind open = bind.get();
        return Nesting.hopLimit(slab, offset, length) == Nesting.EXHAUSTED
                || open != null && RoutingLoop.closes(slab, offset, length, open.port(), to);
    }

    private @Nullable Peer drop(
            DropReason reason, @Nullable Peer peer, MemorySegment slab, int offset, int length) {
        events.dropped(reason, peer, 1, dropped.fromTun(slab, offset, length));
        return null;
    }

    @Override
    public void close() {
        dropped.clear();
        icmpReplies.close();
    }
}
