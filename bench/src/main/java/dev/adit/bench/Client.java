package dev.adit.bench;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.tunnel.Actions;
import dev.adit.protocol.tunnel.HandshakeDatagram;
import dev.adit.protocol.tunnel.HandshakeOutcome;
import dev.adit.protocol.tunnel.NoActions;
import dev.adit.protocol.tunnel.Peer;
import dev.adit.protocol.tunnel.Tunnel;
import dev.adit.protocol.wire.Message;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;

/// A WireGuard client that only performs handshakes, with a socket of its own. Confined to one
/// thread.
///
/// Its time is its own, so that it need not wait between its initiations; a real client calls again
/// after 5 s at the earliest.
final class Client {
    private final Tunnel tunnel = new Tunnel(RANDOM, RANDOM, () -> {});
    private final Peer server;
    private final Endpoint to;
    private final DatagramChannel socket = DatagramChannel.open();
    private final Queue<byte[]> prepared = new ArrayDeque<>();
    private final ByteBuffer received = ByteBuffer.allocate(256);
    private final Instant start = Instant.now();
    private long now;
    private long sentAt;
    private boolean answered;

    Client(PrivateKey key, PublicKey serverKey, Endpoint to, String address, Selector selector)
            throws IOException {
        this.to = to;
        tunnel.privateKey(key, NOTHING);
        tunnel.up(NOTHING);
        server = tunnel.add(serverKey, NOTHING);
        server.endpoint(to);
        socket.bind(new InetSocketAddress(address, 0));
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        socket.connect(new InetSocketAddress(loopback, to.port()));
        socket.configureBlocking(false).register(selector, SelectionKey.OP_READ, this);
    }

    /// Makes initiations, to be sent later in this order.
    void prepare(int count) {
        for (int i = 0; i < count; i++) prepared.add(initiation());
    }

    boolean hasPrepared() {
        return !prepared.isEmpty();
    }

    void sendPrepared() throws IOException {
        send(prepared.remove());
    }

    private byte[] initiation() {
        now += 6_000_000_000L;
        // What a server sees of a timestamp changes every 16 ms.
        Instant timestamp = start.plusNanos(now / 200);
        if (!tunnel.createInitiation(now, timestamp, server, MESSAGE)) {
            throw new IllegalStateException("no initiation");
        }
        return MESSAGE.memory()
                .asSlice(MESSAGE.offset(0), MESSAGE.length(0))
                .toArray(ValueLayout.JAVA_BYTE);
    }

    private void send(byte[] message) throws IOException {
        answered = false;
        sentAt = System.nanoTime();
        socket.write(ByteBuffer.wrap(message));
    }

    /// Whether the message sent last was answered.
    boolean isAnswered() {
        return answered;
    }

    boolean isOverdue() {
        return !answered && System.nanoTime() - sentAt > PATIENCE;
    }

    /// The type of the message that waits, or 0.
    int receive() throws IOException {
        received.clear();
        if (socket.read(received) <= 0) return 0;
        answered = true;
        return received.get(0);
    }

    /// Takes the message that waits, and answers it; true when that completes a handshake.
    boolean converse() throws IOException {
        int type = receive();
        if (type == 0) return false;
        byte[] bytes = Arrays.copyOf(received.array(), received.position());
        HandshakeDatagram datagram = new HandshakeDatagram(type, MemorySegment.ofArray(bytes), to);
        HandshakeOutcome outcome = tunnel.handshake(now, datagram, MESSAGE, NOTHING);
        if (outcome.drop() != null) return false;
        if (type == Message.COOKIE_REPLY) send(initiation());
        return type == RESPONSE;
    }

    /// Sends another initiation when nothing came of the last one.
    void callAgainWhenOverdue() throws IOException {
        if (isOverdue()) send(initiation());
    }

    static final int RESPONSE = Message.RESPONSE;
    private static final long PATIENCE = 5_000_000_000L; // as Rekey-Timeout
    private static final SecureRandom RANDOM = new SecureRandom();
    static final Actions NOTHING = new NoActions();
    private static final PacketBatch MESSAGE = new PacketBatch(1, 4096);
}
