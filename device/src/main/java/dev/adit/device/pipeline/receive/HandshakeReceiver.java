package dev.adit.device.pipeline.receive;

import dev.adit.device.event.DeviceListener;
import dev.adit.device.pipeline.handshake.HandshakeQueue;
import dev.adit.device.pipeline.thread.CurrentPacket;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Bind;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.tunnel.HandshakeDatagram;
import dev.adit.protocol.tunnel.HandshakeFilter;
import dev.adit.protocol.wire.Initiation;

import java.lang.foreign.MemorySegment;

/// Filters the handshake messages and cookie replies of a socket and queues the admitted ones for
/// the workers. Confined to the receiving thread.
///
/// mac1 is checked before a message takes a place in a queue, and mac2 before it takes one of the
/// places for senders that have proved their address: so made-up bytes take neither places in a
/// queue nor a worker's time.
public final class HandshakeReceiver implements AutoCloseable {
    private final Bind bind;
    private final HandshakeFilter filter;
    private final HandshakeQueue queue;
    private final CookieReplySender replies;
    private final DeviceListener events;
    private final CurrentPacket dropped = new CurrentPacket();

    /// @param filter this thread's own
    /// @param replies answers what has to be asked for a cookie; closed with this
    public HandshakeReceiver(
            Bind bind,
            HandshakeFilter filter,
            HandshakeQueue queue,
            CookieReplySender replies,
            DeviceListener events) {
        this.bind = bind;
        this.filter = filter;
        this.queue = queue;
        this.replies = replies;
        this.events = events;
    }

    /// Queues the message of this type at `at`, in datagram `i` of `batch`, or drops it.
    void receive(long now, PacketBatch batch, int type, int i, int at, int bytes) {
        MemorySegment slab = batch.memory();
        DropReason refused = filter.refusal(type, slab, at);
        if (refused != null) {
            drop(refused, batch, i, at, bytes);
            return;
        }
        boolean load = filter.isUnderLoad(now, type, queue.queued());
        if (!load && !queue.hasRoom(false)) {
            drop(DropReason.HANDSHAKE_QUEUE_FULL, batch, i, at, bytes);
            return;
        }
        Endpoint from = bind.endpoint(batch, i, null);
        if (!load) {
            offer(batch, type, i, at, bytes, from, false);
        } else if (!filter.provesAddress(now, type, slab, at, from)) {
            int sender = slab.get(ByteOrders.LE32, at + Initiation.SENDER); // in a response too
            replies.note(sender, slab, at + HandshakeFilter.mac1(type), from);
        } else if (filter.keepsToRate(now, from)) {
            offer(batch, type, i, at, bytes, from, true);
        } else {
            drop(DropReason.RATE_LIMITED, batch, i, at, bytes);
        }
    }

    private void offer(
            PacketBatch batch, int type, int i, int at, int bytes, Endpoint from, boolean proven) {
        if (queue.hasRoom(proven)) {
            byte[] copy = batch.memory().asSlice(at, bytes).toArray(ByteOrders.U8);
            HandshakeDatagram message =
                    new HandshakeDatagram(type, MemorySegment.ofArray(copy), from);
            if (queue.offer(message, proven)) return;
        }
        drop(DropReason.HANDSHAKE_QUEUE_FULL, batch, i, at, bytes);
    }

    private void drop(DropReason reason, PacketBatch batch, int i, int at, int bytes) {
        events.dropped(reason, null, 1, dropped.message(bind, batch, i, at, bytes));
    }

    /// Answers the messages that need a cookie, of all that were received since the last call.
    void answer() {
        replies.send();
    }

    @Override
    public void close() {
        dropped.clear();
        replies.close();
    }
}
