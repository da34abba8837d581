package dev.adit.device.pipeline;

import dev.adit.device.io.Bind;
import dev.adit.protocol.address.Endpoint;
import dev.adit.protocol.ip.Ecn;
import dev.adit.protocol.ip.IpPacket;
import dev.adit.protocol.packet.PacketBatch;
import dev.adit.protocol.session.Inbound;
import dev.adit.protocol.session.Session;
import dev.adit.protocol.tunnel.Datagram;
import dev.adit.protocol.tunnel.Peer;
import dev.adit.protocol.tunnel.Receiver;
import dev.adit.protocol.verdict.DropReason;
import dev.adit.protocol.wire.Bytes;
import dev.adit.protocol.wire.Message;
import dev.adit.protocol.wire.TransportData;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;

/// Carries packets from one socket to the TUN: receive a batch, find each message's session, open,
/// check and deliver what belongs to one session together. Handshake messages go to the worker.
final class UdpReader extends PipelineThread {
    private final Engine engine;
    private final Bind bind;
    private final Bind.Source source;
    private final PacketBatch batch = new PacketBatch(CAPACITY, BYTES);

    // The transport data of a batch, super-packets cut into messages.
    private final Receiver[] receiver = new Receiver[MESSAGES];
    private final int[] entry = new int[MESSAGES];
    private final int[] offset = new int[MESSAGES];
    private final int[] length = new int[MESSAGES];
    private int messages;

    // Those of one session.
    private final Inbound inbound = new Inbound(MESSAGES);
    private final int[] inboundEntry = new int[MESSAGES];
    private final PacketBatch deliverable = new PacketBatch(batch, MESSAGES);

    UdpReader(Engine engine, Bind bind, Bind.Source source, int number) {
        super(engine, "udp" + number);
        this.engine = engine;
        this.bind = bind;
        this.source = source;
    }

    @Override
    void work() throws ClosedChannelException {
        while (true) {
            receive();
            long now = engine.clock.now();
            for (int i = 0; i < batch.size(); i++) sort(now, i);
            carry(now);
        }
    }

    private void receive() throws ClosedChannelException {
        try {
            source.receive(batch);
        } catch (ClosedChannelException asked) {
            throw asked;
        } catch (IOException e) {
            // An interface goes when it is removed; a socket that fails was broken.
            throw new UncheckedIOException("socket", e);
        }
    }

    /// Notes the messages of entry `i`, one or many.
    private void sort(long now, int i) {
        int total = batch.length(i);
        if (total == Bind.Source.TRUNCATED) {
            engine.drops.count(DropReason.TRUNCATED);
            return;
        }
        int segment = batch.segmentSize(i) == 0 ? Math.max(total, 1) : batch.segmentSize(i);
        int done = 0;
        do {
            int bytes = Math.min(segment, total - done);
            if (messages == MESSAGES) carry(now);
            sort(i, batch.offset(i) + done, bytes);
            done += segment;
        } while (done < total);
    }

    private void sort(int i, int at, int bytes) {
        MemorySegment slab = batch.memory();
        int type = Message.classify(slab, at, bytes);
        switch (type) {
            case Message.TRANSPORT_DATA -> {
                Receiver to =
                        engine.tunnel.receiver(slab.get(Bytes.LE32, at + TransportData.RECEIVER));
                if (to == null || to.session() == null) {
                    engine.drops.count(DropReason.UNKNOWN_INDEX);
                    return;
                }
                receiver[messages] = to;
                entry[messages] = i;
                offset[messages] = at;
                length[messages++] = bytes;
            }
            case Message.WRONG_LENGTH -> engine.drops.count(DropReason.WRONG_LENGTH);
            case Message.UNKNOWN -> engine.drops.count(DropReason.UNKNOWN_TYPE);
            default -> enqueue(type, i, at, bytes);
        }
    }

    private void enqueue(int type, int i, int at, int bytes) {
        byte[] copy = batch.memory().asSlice(at, bytes).toArray(Bytes.U8);
        Endpoint from = bind.endpoint(batch, i, null);
        if (!engine.inbox.offer(new Datagram(type, MemorySegment.ofArray(copy), from))) {
            engine.drops.count(DropReason.HANDSHAKE_QUEUE_FULL);
        }
    }

    /// Opens and delivers what was noted, session by session.
    private void carry(long now) {
        for (int i = 0; i < messages; i++) {
            Receiver to = receiver[i];
            if (to == null) continue;
            inbound.clear();
            for (int j = i; j < messages; j++) {
                if (receiver[j] != to) continue;
                inboundEntry[inbound.count()] = entry[j];
                inbound.add(batch, offset[j], length[j]);
                receiver[j] = null;
            }
            open(now, to);
        }
        messages = 0;
    }

    private void open(long now, Receiver from) {
        Session session = from.session();
        if (!session.canReceive(now)) {
            engine.drops.count(DropReason.EXPIRED_SESSION, inbound.count());
            return;
        }
        session.open(inbound);
        Peer peer = from.peer();
        deliverable.clear();
        long counted = 0;
        int dataPackets = 0;
        int last = -1;
        for (int i = 0; i < inbound.count(); i++) {
            DropReason reason = inbound.drop(i);
            if (reason == null) {
                last = inboundEntry[i];
                int plain = inbound.length(i);
                if (plain > 0) dataPackets++;
                reason = plain == 0 ? null : check(now, peer, i);
                if (reason == null) counted += plain + TransportData.OVERHEAD;
            }
            if (reason != null) engine.drops.count(reason);
        }
        if (last < 0) return;
        Endpoint endpoint = bind.endpoint(batch, last, peer.endpoint());
        peer.received(now, session, counted, dataPackets, endpoint, engine.wants);
        deliver();
    }

    /// Checks the opened packet `i`, and notes it for delivery; why it is not delivered, or null.
    private DropReason check(long now, Peer peer, int i) {
        MemorySegment slab = batch.memory();
        int at = inbound.offset(i);
        int total = IpPacket.totalLength(slab, at, inbound.length(i));
        if (total < 0) return DropReason.NOT_IP;
        if (!engine.tunnel.isAllowedSource(peer, slab, at)) {
            if (engine.journal.mayReportData(now)) {
                engine.journal.debug(
                        "Packet has unallowed src IP (%s) from %s"
                                .formatted(Text.source(slab, at), peer));
            }
            return DropReason.UNALLOWED_SOURCE;
        }
        Ecn.decapsulate(batch.trafficClass(inboundEntry[i]), slab, at);
        deliverable.add(at, total);
        return null;
    }

    private void deliver() {
        int size = deliverable.size();
        if (size == 0) return;
        int taken = 0;
        try {
            taken = engine.tun.write(deliverable, 0, size);
        } catch (IOException gone) {
            // The TUN's reader hears of it too, and ends the device.
            taken = 0;
        }
        engine.drops.count(DropReason.TUN_REFUSED, size - taken);
    }

    @Override
    void release() {
        Arrays.fill(receiver, null);
        batch.close();
    }

    private static final int CAPACITY = 64;

    // Room for the longest datagram, or a super-packet, in each entry.
    private static final int BYTES = CAPACITY * (PacketBatch.HEADROOM + (1 << 16));
    private static final int MESSAGES = 1024;
}
