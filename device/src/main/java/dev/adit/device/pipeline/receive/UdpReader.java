package dev.adit.device.pipeline.receive;

import dev.adit.device.event.DeviceListener;
import dev.adit.device.pipeline.slot.SlotHandOver;
import dev.adit.device.pipeline.thread.Clock;
import dev.adit.device.pipeline.thread.CurrentPacket;
import dev.adit.device.pipeline.thread.PipelineThread;
import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Bind;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.tunnel.IndexEntry;
import dev.adit.protocol.tunnel.Tunnel;
import dev.adit.protocol.wire.Message;
import dev.adit.protocol.wire.TransportData;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedChannelException;

/// A thread that carries packets from one socket to the TUN: receives a batch, finds each message's
/// session, opens, checks and delivers the messages of one session together. Handshake messages go
/// to the workers, if a [HandshakeReceiver] admits them.
public final class UdpReader extends PipelineThread {
    private final Bind bind;
    private final Bind.Receiver source;
    private final Tunnel tunnel;
    private final Clock clock;
    private final DeviceListener events;
    private final HandshakeReceiver handshakes;
    private final SlotHandOver<InboundSlot> handOver;
    private final CurrentPacket dropped = new CurrentPacket();
    private long now; // time of the last receive

    /// @param source the socket, one of `bind`
    /// @param handshakes takes handshake messages; closed with this thread
    /// @param handOver the way to the work on transport data; closed with this thread
    public UdpReader(
            Owner owner,
            int number,
            Bind bind,
            Bind.Receiver source,
            Tunnel tunnel,
            Clock clock,
            DeviceListener events,
            HandshakeReceiver handshakes,
            SlotHandOver<InboundSlot> handOver) {
        super(owner, "udp" + number);
        this.bind = bind;
        this.source = source;
        this.tunnel = tunnel;
        this.clock = clock;
        this.events = events;
        this.handshakes = handshakes;
        this.handOver = handOver;
    }

    @Override
    protected void work() throws ClosedChannelException {
        while (true) {
            InboundSlot slot = handOver.take();
            receive(slot);
            PacketBatch batch = slot.batch();
            now = clock.now();
            slot.received(now, bind);
            for (int i = 0; i < batch.size(); i++) sort(slot, batch, i);
            publish(slot);
            handshakes.answer(); // last, so that no data waits for it
        }
    }

    private void receive(InboundSlot slot) throws ClosedChannelException {
        try {
            source.receive(slot.batch());
        } catch (ClosedChannelException asked) {
            handOver.giveBack(slot);
            throw asked;
        } catch (IOException e) {
            // An interface disappears when it is removed; a socket that fails is an error.
            throw new UncheckedIOException("socket", e);
        }
    }

    /// Leaves the received messages to the crypto threads, if there are any and more are likely to
    /// wait, and else opens them here, so that a lone packet waits for no other thread.
    private void publish(InboundSlot full) {
        boolean many =
                full.messages() >= MANY_MESSAGES
                        || full.batch().size() >= MANY_DATAGRAMS && full.messages() > 0;
        handOver.publish(full, many);
    }

    /// Notes the messages of entry `i`, one or many.
    private void sort(InboundSlot slot, PacketBatch batch, int i) {
        int total = batch.length(i);
        if (total == Bind.Receiver.TRUNCATED) {
            drop(DropReason.TRUNCATED, batch, i, 0, 0);
            return;
        }
        int segment = batch.segmentSize(i) == 0 ? Math.max(total, 1) : batch.segmentSize(i);
        int done = 0;
        do {
            int bytes = Math.min(segment, total - done);
            // The batch has more messages than a slot can hold.
            if (slot.isFull()) handOver.carry(slot);
            sort(slot, batch, i, batch.offset(i) + done, bytes);
            done += segment;
        } while (done < total);
    }

    private void sort(InboundSlot slot, PacketBatch batch, int i, int at, int bytes) {
        MemorySegment slab = batch.memory();
        int type = Message.classify(slab, at, bytes);
        switch (type) {
            case Message.TRANSPORT_DATA -> {
                IndexEntry to =
                        tunnel.receiver(slab.get(ByteOrders.LE32, at + TransportData.RECEIVER));
                if (to == null || to.session() == null) {
                    drop(DropReason.UNKNOWN_INDEX, batch, i, at, bytes);
                    return;
                }
                slot.add(to, i, at, bytes);
            }
            case Message.WRONG_LENGTH -> drop(DropReason.WRONG_LENGTH, batch, i, at, bytes);
            case Message.UNKNOWN -> drop(DropReason.UNKNOWN_TYPE, batch, i, at, bytes);
            default -> handshakes.receive(now, batch, type, i, at, bytes);
        }
    }

    private void drop(DropReason reason, PacketBatch batch, int i, int at, int bytes) {
        events.dropped(reason, null, 1, dropped.message(bind, batch, i, at, bytes));
    }

    @Override
    protected void release() {
        dropped.clear();
        handshakes.close();
        handOver.close();
    }

    // The number of messages that take longer to open than to hand over.
    private static final int MANY_MESSAGES = 64;
    private static final int MANY_DATAGRAMS = 8;
}
