package dev.adit.tools.training;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.protocol.tunnel.Actions;
import dev.adit.protocol.tunnel.HandshakeDatagram;
import dev.adit.protocol.tunnel.HandshakeFilter;
import dev.adit.protocol.tunnel.NoActions;
import dev.adit.protocol.tunnel.Peer;
import dev.adit.protocol.tunnel.Tunnel;
import dev.adit.protocol.wire.CookieReply;
import dev.adit.protocol.wire.Initiation;
import dev.adit.protocol.wire.Message;
import dev.adit.tools.keys.FreshKey;

import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;
import java.time.Instant;

/// Thousands of handshakes for a training run, so that a server that starts while all its clients
/// connect, or under a flood, soon computes them with compiled code. One client and one server, in
/// this thread, without a network and with a clock of their own.
final class HandshakeLoad implements AutoCloseable {
    private final Tunnel server = new Tunnel(RANDOM, RANDOM, () -> {});
    private final Tunnel client = new Tunnel(RANDOM, RANDOM, () -> {});
    private final PacketBatch message = new PacketBatch(1, 4096);
    private final Peer toServer;
    private final HandshakeFilter filter = server.handshakeFilter();
    private final HandshakeDatagram cookie =
            new HandshakeDatagram(
                    Message.COOKIE_REPLY,
                    MemorySegment.ofArray(new byte[CookieReply.LENGTH]),
                    new Endpoint(IpAddress.v4(1), 1));
    private Endpoint from = new Endpoint(IpAddress.v4(0), 1);
    private long now;

    HandshakeLoad() {
        server.privateKey(FreshKey.privateKey(), IGNORED);
        client.privateKey(FreshKey.privateKey(), IGNORED);
        server.up(IGNORED);
        client.up(IGNORED);
        server.add(client.publicKey().orElseThrow(), IGNORED);
        toServer = client.add(server.publicKey().orElseThrow(), IGNORED);
    }

    /// Lets `count` clients connect, each from another address, to a server under load, which asks
    /// for a cookie first, and to one without load; and lets one more be refused.
    void call(int count) {
        for (int i = 0; i < count; i++) {
            from = new Endpoint(IpAddress.v4(i), 1);
            answer(initiation(), LOAD); // with a cookie
            answer(initiation(), LOAD); // with a response
            answer(initiation(), 0);
            HandshakeDatagram forged = initiation();
            forged.bytes().set(ByteOrders.U8, forged.bytes().byteSize() / 2, (byte) i);
            answer(forged, 0);
        }
    }

    private HandshakeDatagram initiation() {
        now += PAUSE;
        client.createInitiation(now, Instant.EPOCH.plusNanos(now), toServer, message);
        return received(Message.INITIATION);
    }

    /// @param queued the number of other messages waiting at the server
    private void answer(HandshakeDatagram initiation, int queued) {
        int type = initiation.type();
        MemorySegment bytes = initiation.bytes();
        if (filter.refusal(type, bytes, 0) != null) return;
        boolean load = filter.isUnderLoad(now, type, queued);
        if (load && !filter.provesAddress(now, type, bytes, 0, from)) {
            int sender = bytes.get(ByteOrders.LE32, Initiation.SENDER);
            filter.writeCookieReply(now, sender, bytes, Initiation.MAC1, from, cookie.bytes());
            client.handshake(now, cookie, message, IGNORED);
        } else if (server.handshake(now, initiation, message, IGNORED).replied()) {
            client.handshake(now, received(Message.RESPONSE), message, IGNORED);
        }
    }

    private HandshakeDatagram received(int type) {
        MemorySegment bytes = message.memory().asSlice(message.offset(0), message.length(0));
        return new HandshakeDatagram(
                type, MemorySegment.ofArray(bytes.toArray(ByteOrders.U8)), from);
    }

    @Override
    public void close() {
        server.erase();
        client.erase();
        message.close();
    }

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Actions IGNORED = new NoActions();

    /// A number of waiting messages that is a load.
    private static final int LOAD = Tunnel.HANDSHAKE_QUEUE / 2;

    /// Nanoseconds between calls, more than Rekey-Timeout.
    private static final long PAUSE = 6_000_000_000L;
}
