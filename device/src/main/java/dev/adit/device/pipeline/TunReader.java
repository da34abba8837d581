package dev.adit.device.pipeline;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.header.IpPacket;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Bind;
import dev.adit.ip.port.Tun;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.tunnel.Peer;
import dev.adit.protocol.wire.Nesting;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;

/// A thread that carries packets from one queue of the TUN to the socket: reads a batch, finds each
/// packet's peer, seals and sends the packets of one peer together.
final class TunReader extends PipelineThread {
    private final Pipeline pipeline;
    private final Tun.Source queue;
    private final PacketBatch batch = new PacketBatch(CAPACITY, BYTES);
    private final PeerSender sender;
    private final IcmpReplies icmpReplies;
    private final Peer[] peer = new Peer[CAPACITY];
    private final int[] picks = new int[CAPACITY];

    /// @param number the number of this reader, of `queues` ones
    /// @param sender seals and sends for this thread; closed with it
    TunReader(Pipeline pipeline, Tun.Source queue, int number, int queues, PeerSender sender) {
        super(pipeline, queues == 1 ? "tun" : "tun" + number);
        this.pipeline = pipeline;
        this.queue = queue;
        this.sender = sender;
        icmpReplies = new IcmpReplies(pipeline, queues);
    }

    @Override
    void work() throws IOException {
        while (true) {
            queue.read(batch);
            carry(pipeline.clock.now());
        }
    }

    private void carry(long now) throws ClosedChannelException {
        int size = batch.size();
        int left = 0;
        for (int i = 0; i < size; i++) {
            peer[i] = route(now, i);
            if (peer[i] != null) left++;
        }
        boolean full = isFull();
        for (int i = 0; i < size; i++) {
            Peer to = peer[i];
            if (to == null) continue;
            int count = 0;
            for (int j = i; j < size; j++) {
                if (peer[j] != to) continue;
                picks[count++] = j;
                peer[j] = null;
            }
            left -= count;
            sender.send(now, to, batch, picks, count, full || left > 0);
        }
    }

    /// True when the batch is full, so that more packets are likely to wait.
    private boolean isFull() {
        int last = batch.size() - 1;
        return batch.isFull() || BYTES - batch.offset(last) - batch.length(last) < LONGEST;
    }

    /// The peer of packet `i`, or null when it is dropped.
    ///
    /// A packet may come before the interface is known to be up; it is then staged like any other
    /// without a session.
    private Peer route(long now, int i) {
        MemorySegment slab = batch.memory();
        int offset = batch.offset(i), length = batch.length(i);
        if (IpPacket.version(slab, offset, length) == 0) return drop(DropReason.NOT_IP);
        Peer to = pipeline.tunnel.routeByDestination(slab, offset);
        Endpoint endpoint = to == null ? null : to.endpoint();
        if (endpoint != null) return loops(slab, offset, length, endpoint) ? loop(now, to) : to;
        DropReason reason = to == null ? DropReason.NO_ROUTE : DropReason.NO_ENDPOINT;
        icmpReplies.refuse(now, slab, offset, length);
        if (pipeline.log.mayReportData(now)) {
            pipeline.log.debug(
                    to == null
                            ? "No peer has allowed IPs matching "
                                    + PacketAddresses.destination(slab, offset)
                            : "No valid endpoint has been configured or discovered for " + to);
        }
        return drop(reason);
    }

    private boolean loops(MemorySegment slab, int offset, int length, Endpoint to) {
        Bind bind = pipeline.bind();
        return Nesting.hopLimit(slab, offset, length) == Nesting.EXHAUSTED
                || bind != null && RoutingLoop.closes(slab, offset, length, bind.port(), to);
    }

    private Peer loop(long now, Peer to) {
        if (pipeline.log.mayReportData(now)) {
            pipeline.log.debug("Packet looped: the endpoint of " + to + " is routed to it");
        }
        return drop(DropReason.ROUTING_LOOP);
    }

    private Peer drop(DropReason reason) {
        pipeline.drops.count(reason);
        return null;
    }

    @Override
    void release() {
        Arrays.fill(peer, null);
        batch.close();
        sender.close();
        icmpReplies.close();
    }

    private static final int CAPACITY = 128;
    private static final int BYTES = 1 << 18;
    private static final int LONGEST = 1 << 16;
}
