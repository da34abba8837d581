package dev.adit.device;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpPrefix;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.session.OpenBatch;
import dev.adit.protocol.session.SealBatch;
import dev.adit.protocol.session.Session;
import dev.adit.protocol.tunnel.Actions;
import dev.adit.protocol.tunnel.HandshakeDatagram;
import dev.adit.protocol.tunnel.HandshakeOutcome;
import dev.adit.protocol.tunnel.NoActions;
import dev.adit.protocol.tunnel.Peer;
import dev.adit.protocol.tunnel.Tunnel;
import dev.adit.protocol.wire.Message;
import dev.adit.testkit.FakeNetHost;
import dev.adit.testkit.FakeNetSocket;
import dev.adit.testkit.Keys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;

/// A peer of a device that a test plays step by step, with every message in its hands: the protocol
/// without threads. Confined to one thread.
final class ManualPeer implements AutoCloseable {
    private final Tunnel tunnel = new Tunnel(RANDOM, RANDOM, () -> {});
    private final Peer device;
    private final PacketBatch message = new PacketBatch(1, 1 << 17);
    private final Actions actions = new NoActions();
    final FakeNetSocket socket;
    final Endpoint endpoint;
    final PublicKey key;
    private Endpoint to;
    private long now;

    /// A peer of `site`, which has to be told of it.
    ManualPeer(FakeNetHost host, int port, DeviceFixture site) {
        socket = host.socket(port);
        endpoint = host.at(port);
        to = site.endpoint();
        tunnel.privateKey(Keys.privateKey(), actions);
        key = tunnel.publicKey().orElseThrow();
        device = tunnel.add(site.key, actions);
        device.endpoint(to);
        tunnel.allow(IpPrefix.parse("0.0.0.0/0").orElseThrow(), device);
        tunnel.up(actions);
    }

    void presharedKey(PresharedKey psk) {
        device.presharedKey(psk);
    }

    /// An initiation, later than the one before by more than Rekey-Timeout.
    byte[] initiation() {
        now += 6_000_000_000L;
        return initiation(Instant.parse("2026-01-01T00:00:00Z").plusNanos(now));
    }

    /// An initiation with this timestamp.
    byte[] initiation(Instant timestamp) {
        if (!tunnel.createInitiation(now, timestamp, device, message)) {
            throw new AssertionError("no initiation");
        }
        return bytes();
    }

    /// Lets time pass on this side.
    void advance(long nanos) {
        now += nanos;
    }

    void send(byte[] bytes) {
        socket.send(to, bytes);
    }

    byte[] receive() {
        return socket.receive();
    }

    /// What this side makes of a handshake message or cookie reply.
    HandshakeOutcome consume(byte[] bytes) {
        HandshakeDatagram datagram =
                new HandshakeDatagram(bytes[0], MemorySegment.ofArray(bytes), to);
        return tunnel.handshake(now, datagram, message, actions);
    }

    /// What this side answers to a handshake message.
    byte[] answer(byte[] bytes) {
        if (!consume(bytes).replied()) throw new AssertionError("no answer");
        return bytes();
    }

    private byte[] bytes() {
        return message.memory()
                .asSlice(message.offset(0), message.length(0))
                .toArray(ValueLayout.JAVA_BYTE);
    }

    /// Shakes hands with the device, and confirms the session with a keepalive.
    void shakeHands() {
        send(initiation());
        byte[] response = receive();
        if (response[0] != Message.RESPONSE || consume(response).drop() != null) {
            throw new AssertionError("no response");
        }
        send(seal(new byte[0]));
    }

    /// Transport data with this content.
    byte[] seal(byte[] content) {
        try (PacketBatch plain = new PacketBatch(1, content.length + 64);
                SealBatch out = new SealBatch(1, content.length + 128)) {
            MemorySegment.copy(
                    content, 0, plain.memory(), ValueLayout.JAVA_BYTE, 16, content.length);
            out.clear();
            out.add(plain.memory(), 16, content.length, 0, 0);
            Session session = device.sendingSession(now);
            if (session == null || !session.seal(out)) throw new AssertionError("no session");
            return out.sealed()
                    .memory()
                    .asSlice(out.sealed().offset(0), out.sealed().length(0))
                    .toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /// The content of transport data from the device, with its padding.
    byte[] open(byte[] data) {
        try (PacketBatch batch = new PacketBatch(1, data.length + 64)) {
            MemorySegment.copy(data, 0, batch.memory(), ValueLayout.JAVA_BYTE, 16, data.length);
            int index = MemorySegment.ofArray(data).get(ValueLayout.JAVA_INT_UNALIGNED, 4);
            OpenBatch in = new OpenBatch(1);
            in.add(batch, 16, data.length);
            Session session = tunnel.receiver(index).session();
            session.open(in);
            if (in.drop(0) != null) throw new AssertionError(in.drop(0));
            device.received(now, session, data.length, 1, to, actions);
            byte[] all = batch.memory().toArray(ValueLayout.JAVA_BYTE);
            return Arrays.copyOfRange(all, in.offset(0), in.offset(0) + in.length(0));
        }
    }

    @Override
    public void close() {
        tunnel.erase();
        message.close();
        socket.close();
    }

    private static final SecureRandom RANDOM = new SecureRandom();
}
