package dev.adit.device.pipeline.receive;

import dev.adit.device.event.DeviceEvent.EndpointMoved;
import dev.adit.device.event.DeviceListener;
import dev.adit.device.pipeline.slot.Slot;
import dev.adit.device.pipeline.thread.CurrentPacket;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.header.Ecn;
import dev.adit.ip.header.IpPacket;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Bind;
import dev.adit.ip.port.Tun;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.session.OpenBatch;
import dev.adit.protocol.session.Session;
import dev.adit.protocol.session.ThreadCiphers;
import dev.adit.protocol.tunnel.Actions;
import dev.adit.protocol.tunnel.IndexEntry;
import dev.adit.protocol.tunnel.Peer;
import dev.adit.protocol.tunnel.Tunnel;
import dev.adit.protocol.wire.TransportData;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;

/// A slot with the datagrams of one receive, on their way to the TUN, and the transport data in
/// them, super-packets cut into messages. They are opened in place, session by session; then follow
/// replay window, source check, endpoint and one write for each session.
public final class InboundSlot extends Slot {
    private final Tun tun;
    private final Tunnel tunnel;
    private final Actions actions;
    private final DeviceListener events;
    private final CurrentPacket dropped = new CurrentPacket();
    private final PacketBatch batch;
    private @Nullable Bind bind; // null until datagrams are received
    private long now;

    private final @Nullable IndexEntry[] receiver = new IndexEntry[MESSAGES];
    private final int[] entry = new int[MESSAGES];
    private final int[] offset = new int[MESSAGES];
    private final int[] length = new int[MESSAGES];
    private int messages;
    private int bytes;

    // The same messages, those of one session together.
    private final OpenBatch inbound = new OpenBatch(MESSAGES);
    private final int[] inboundEntry = new int[MESSAGES];
    private final @Nullable IndexEntry[] groupOf = new IndexEntry[MESSAGES];
    private final int[] groupEnd = new int[MESSAGES];
    private int groups;
    private final PacketBatch deliverable;

    /// @param datagrams the number of longest datagrams that there is room for
    public InboundSlot(
            Tun tun, Tunnel tunnel, Actions actions, DeviceListener events, int datagrams) {
        this.tun = tun;
        this.tunnel = tunnel;
        this.actions = actions;
        this.events = events;
        batch = new PacketBatch(datagrams, datagrams * (PacketBatch.HEADROOM + (1 << 16)));
        deliverable = new PacketBatch(batch, MESSAGES);
    }

    /// The batch to receive datagrams into.
    PacketBatch batch() {
        return batch;
    }

    /// Sets the time and the bind of the receive.
    void received(long now, Bind bind) {
        this.now = now;
        this.bind = bind;
    }

    /// True when there is no room for another message.
    boolean isFull() {
        return messages == MESSAGES;
    }

    /// Notes the transport data at `at` in datagram `i`.
    void add(IndexEntry to, int i, int at, int size) {
        receiver[messages] = to;
        entry[messages] = i;
        offset[messages] = at;
        length[messages++] = size;
        bytes += size;
    }

    /// The number of messages noted.
    int messages() {
        return messages;
    }

    @Override
    protected int bytes() {
        return bytes;
    }

    @Override
    protected void number() {} // their counters were given by the sender

    @Override
    protected void work(@Nullable ThreadCiphers ciphers) {
        group();
        int start = 0;
        for (int g = 0; g < groups; g++) {
            session(groupOf[g]).open(inbound, start, groupEnd[g], ciphers);
            start = groupEnd[g];
        }
    }

    /// The session of an entry, which had one when its message was added.
    private static Session session(IndexEntry entry) {
        return Objects.requireNonNull(entry.session());
    }

    /// Groups the messages of each session that is still usable.
    private void group() {
        for (int i = 0; i < messages; i++) {
            IndexEntry to = receiver[i];
            if (to == null) continue;
            boolean usable = session(to).canReceive(now);
            int expired = 0;
            for (int j = i; j < messages; j++) {
                if (receiver[j] != to) continue;
                receiver[j] = null;
                if (usable) {
                    inboundEntry[inbound.count()] = entry[j];
                    inbound.add(batch, offset[j], length[j]);
                } else {
                    expired++;
                }
            }
            if (!usable) {
                events.dropped(DropReason.EXPIRED_SESSION, to.peer(), expired, null);
                continue;
            }
            groupOf[groups] = to;
            groupEnd[groups++] = inbound.count();
        }
    }

    @Override
    protected void finish() {
        int start = 0;
        for (int g = 0; g < groups; g++) {
            deliver(groupOf[g], start, groupEnd[g]);
            start = groupEnd[g];
        }
        forget();
    }

    /// Forgets all messages; the datagrams stay.
    private void forget() {
        Arrays.fill(receiver, 0, messages, null);
        Arrays.fill(groupOf, 0, groups, null);
        inbound.clear();
        messages = groups = bytes = 0;
    }

    /// Checks and delivers messages `start` to `end`, all of one session.
    private void deliver(IndexEntry from, int start, int end) {
        Bind source = Objects.requireNonNull(bind);
        Session session = session(from);
        session.accept(inbound, start, end);
        Peer peer = from.peer();
        deliverable.clear();
        long counted = 0;
        int dataPackets = 0;
        int last = -1;
        for (int i = start; i < end; i++) {
            DropReason reason = inbound.drop(i);
            if (reason == null) {
                last = inboundEntry[i];
                int plain = inbound.length(i);
                if (plain > 0) dataPackets++;
                else events.keepaliveReceived(peer);
                reason = plain == 0 ? null : check(peer, i);
                if (reason == null) counted += plain + TransportData.OVERHEAD;
            }
            if (reason != null) drop(reason, peer, source, i);
        }
        if (last < 0) return;
        Endpoint known = peer.endpoint();
        Endpoint endpoint = source.endpoint(batch, last, known);
        if (endpoint != known) events.event(new EndpointMoved(peer, known, endpoint));
        peer.received(now, session, counted, dataPackets, endpoint, actions);
        write(peer);
    }

    /// Checks the opened packet `i` and notes it for delivery; returns the reason against it, or
    /// null.
    private @Nullable DropReason check(Peer peer, int i) {
        MemorySegment slab = batch.memory();
        int at = inbound.offset(i);
        int total = IpPacket.totalLength(slab, at, inbound.length(i));
        if (total < 0) return DropReason.NOT_IP;
        if (!tunnel.isAllowedSource(peer, slab, at)) return DropReason.UNALLOWED_SOURCE;
        Ecn.decapsulate(batch.trafficClass(inboundEntry[i]), slab, at);
        deliverable.add(at, total);
        return null;
    }

    /// Drops packet `i`, whose bytes are of use to a listener only when it was opened.
    private void drop(DropReason reason, Peer peer, Bind source, int i) {
        int datagram = inboundEntry[i];
        if (inbound.drop(i) == null) {
            dropped.opened(source, batch, datagram, inbound.offset(i), inbound.length(i));
        } else {
            dropped.message(source, batch, datagram, 0, 0);
        }
        events.dropped(reason, peer, 1, dropped);
    }

    private void write(Peer peer) {
        int size = deliverable.size();
        if (size == 0) return;
        int taken = 0;
        try {
            taken = tun.write(deliverable, 0, size);
        } catch (IOException gone) {
            // The TUN's reader gets the same error, and ends the device.
            taken = 0;
        }
        if (taken < size) events.dropped(DropReason.TUN_REFUSED, peer, size - taken, null);
    }

    /// Forgets the datagrams as well, and their bind.
    void empty() {
        forget();
        batch.clear();
        dropped.clear();
        bind = null;
    }

    @Override
    public void close() {
        empty();
        batch.close();
    }

    private static final int MESSAGES = 1024;
}
