package dev.adit.device.pipeline.receive;

import dev.adit.device.event.DeviceListener;
import dev.adit.device.pipeline.send.SocketSender;
import dev.adit.device.pipeline.thread.Clock;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.tunnel.HandshakeFilter;
import dev.adit.protocol.wire.CookieReply;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;

/// Answers handshake messages with cookies under load. Confined to the receiving thread.
///
/// A reply needs no stored state, so messages do not have to wait for it in a queue that a flood
/// would have filled. Of the messages of one receive, as many are answered as time permits: all
/// replies together take no more of it than all other work of the thread. If that is not all of
/// them, a random sample is answered, so that each message has the same chance, whatever came
/// before it.
public final class CookieReplySender implements AutoCloseable {
    private final HandshakeFilter filter;
    private final Clock clock;
    private final SocketSender socket;
    private final DeviceListener events;
    private final PacketBatch reply = new PacketBatch(1, 256);
    private final SplittableRandom random = new SplittableRandom();

    // The sample: the fields that a reply is made from.
    private final MemorySegment mac1 = Arena.ofAuto().allocate(SAMPLE * HandshakeFilter.MAC);
    private final int[] sender = new int[SAMPLE];
    private final Endpoint[] from = new Endpoint[SAMPLE];
    private int noted; // messages since the last replies, in the sample or not
    private long finished; // time of the last replies
    private long credit = LONGEST; // nanoseconds that replies may take

    public CookieReplySender(
            HandshakeFilter filter, Clock clock, SocketSender socket, DeviceListener events) {
        this.filter = filter;
        this.clock = clock;
        this.socket = socket;
        this.events = events;
    }

    /// Notes a message without proof of address, so that it may be answered.
    ///
    /// @param at the offset of its mac1 in `slab`
    void note(int index, MemorySegment slab, long at, Endpoint source) {
        // Reservoir sampling: every message has the same chance to be among the last SAMPLE.
        int place = noted < SAMPLE ? noted : random.nextInt(noted + 1);
        noted++;
        if (place >= SAMPLE) return;
        sender[place] = index;
        from[place] = source;
        MemorySegment.copy(slab, at, mac1, place * HandshakeFilter.MAC, HandshakeFilter.MAC);
    }

    /// Answers the noted messages, or a sample of them, and forgets them all.
    void send() {
        if (noted == 0) return;
        int size = Math.min(noted, SAMPLE);
        long now = clock.now();
        credit = Math.min(credit + now - finished, LONGEST);
        long start = now, until = now + credit;
        int first = random.nextInt(size);
        int sent = 0;
        while (sent < size && (sent < LEAST || now < until)) {
            answer(now, (first + sent++) % size);
            now = clock.now();
        }
        events.dropped(DropReason.COOKIE_DEMANDED, null, sent, null);
        int rest = noted - sent;
        if (rest > 0) events.dropped(DropReason.COOKIE_WITHHELD, null, rest, null);
        Arrays.fill(from, 0, size, null);
        noted = 0;
        credit = Math.max(credit - (now - start), 0);
        finished = now;
    }

    private void answer(long now, int i) {
        reply.clear();
        reply.add(PacketBatch.HEADROOM, CookieReply.LENGTH);
        MemorySegment bytes = reply.memory().asSlice(PacketBatch.HEADROOM, CookieReply.LENGTH);
        long at = (long) i * HandshakeFilter.MAC;
        if (!filter.writeCookieReply(now, sender[i], mac1, at, from[i], bytes)) return;
        events.cookieSent(from[i]);
        socket.send(null, reply, from[i]);
    }

    @Override
    public void close() {
        reply.close();
    }

    /// The most messages of one receive that may be answered.
    private static final int SAMPLE = 256;

    /// The number of messages that are answered in any case: their cost is that of a receive.
    private static final int LEAST = 16;

    /// The most nanoseconds by which the next receive is delayed.
    private static final long LONGEST = 2_000_000;
}
