package dev.adit.device.pipeline;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.bytes.Bytes;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Bind;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.tunnel.Datagram;
import dev.adit.protocol.tunnel.HandshakeFilter;
import dev.adit.protocol.wire.Initiation;

import java.lang.foreign.MemorySegment;

/// Filters the handshake messages and cookie replies of a socket and queues the admitted ones for
/// the workers. Confined to the receiving thread.
///
/// mac1 is checked before a message takes a place in a queue, and mac2 before it takes one of the
/// places for senders that have proved their address: so made-up bytes take neither places in a
/// queue nor a worker's time.
final class HandshakeReceiver implements AutoCloseable {
    private final Pipeline pipeline;
    private final Bind bind;
    private final HandshakeFilter filter;
    private final CookieReplies replies;

    HandshakeReceiver(Pipeline pipeline, Bind bind) {
        this.pipeline = pipeline;
        this.bind = bind;
        filter = pipeline.tunnel.handshakeFilter();
        replies = new CookieReplies(pipeline, filter);
    }

    /// Queues the message of this type at `at`, in datagram `i` of `batch`, or drops it.
    void receive(long now, PacketBatch batch, int type, int i, int at, int bytes) {
        MemorySegment slab = batch.memory();
        DropReason refused = filter.refusal(type, slab, at);
        if (refused != null) {
            drop(now, refused, batch, type, i);
            return;
        }
        boolean load = filter.isUnderLoad(now, type, pipeline.handshakes.queued());
        if (!load && !pipeline.handshakes.hasRoom(false)) {
            drop(now, DropReason.HANDSHAKE_QUEUE_FULL, batch, type, i);
            return;
        }
        Endpoint from = bind.endpoint(batch, i, null);
        if (!load) {
            offer(now, batch, type, at, bytes, from, false);
        } else if (!filter.provesAddress(now, type, slab, at, from)) {
            int sender = slab.get(Bytes.LE32, at + Initiation.SENDER); // in a response too
            replies.note(sender, slab, at + HandshakeFilter.mac1(type), from);
        } else if (filter.keepsToRate(now, from)) {
            offer(now, batch, type, at, bytes, from, true);
        } else {
            drop(now, DropReason.RATE_LIMITED, type, from);
        }
    }

    private void offer(
            long now,
            PacketBatch batch,
            int type,
            int at,
            int bytes,
            Endpoint from,
            boolean proven) {
        if (pipeline.handshakes.hasRoom(proven)) {
            byte[] copy = batch.memory().asSlice(at, bytes).toArray(Bytes.U8);
            Datagram message = new Datagram(type, MemorySegment.ofArray(copy), from);
            if (pipeline.handshakes.offer(message, proven)) return;
        }
        drop(now, DropReason.HANDSHAKE_QUEUE_FULL, type, from);
    }

    private void drop(long now, DropReason reason, PacketBatch batch, int type, int i) {
        pipeline.drops.count(reason);
        // Under a flood, finding out the sender is not worth it.
        if (pipeline.log.mayReportDropped(now, reason)) {
            pipeline.log.dropped(type, reason, bind.endpoint(batch, i, null));
        }
    }

    private void drop(long now, DropReason reason, int type, Endpoint from) {
        pipeline.drops.count(reason);
        if (pipeline.log.mayReportDropped(now, reason)) {
            pipeline.log.dropped(type, reason, from);
        }
    }

    /// Answers the messages that need a cookie, of all that were received since the last call.
    void answer() {
        replies.send();
    }

    @Override
    public void close() {
        replies.close();
    }
}
