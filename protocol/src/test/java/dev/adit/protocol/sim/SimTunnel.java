package dev.adit.protocol.sim;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.address.IpPrefix;
import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.header.Ecn;
import dev.adit.ip.header.IpPacket;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.session.OpenBatch;
import dev.adit.protocol.session.Session;
import dev.adit.protocol.tunnel.HandshakeDatagram;
import dev.adit.protocol.tunnel.HandshakeFilter;
import dev.adit.protocol.tunnel.HandshakeOutcome;
import dev.adit.protocol.tunnel.IndexEntry;
import dev.adit.protocol.tunnel.Peer;
import dev.adit.protocol.tunnel.Tunnel;
import dev.adit.protocol.wire.CookieReply;
import dev.adit.protocol.wire.Initiation;
import dev.adit.protocol.wire.Message;
import dev.adit.protocol.wire.TransportData;
import dev.adit.testing.Packets;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/// A [Tunnel] on a [SimNetwork], and around it what a device does for one: it routes and seals what
/// is written to it, opens what arrives, and carries out what the protocol wants.
///
/// Confined to the thread of its test.
public final class SimTunnel implements SimHost {
    private final SimNetwork network;
    private final int number;
    private final RandomGenerator random;
    private final Tunnel tunnel;
    private final HandshakeFilter filter;
    private final SimActions wants;
    private final SimSender transmitter;
    private final ThreadBatches scratch = ThreadBatches.mine();

    private final List<Endpoint> addresses = new ArrayList<>();
    private final List<Sent> sent = new ArrayList<>();
    private final List<Delivered> delivered = new ArrayList<>();
    private final Map<DropReason, Integer> drops = new EnumMap<>(DropReason.class);
    private boolean up;
    private int queued;
    private int mtu = 1420;

    /// A datagram that was sent.
    public record Sent(long time, MessageKind kind, int length, Endpoint to) {}

    /// A packet that came out of the tunnel.
    public record Delivered(long time, byte[] packet) {
        /// The number that [SimTunnel#send] gave it.
        public long id() {
            return ByteBuffer.wrap(packet).getLong(packet[0] >> 4 == 4 ? 28 : 48);
        }
    }

    SimTunnel(SimNetwork network, int number, RandomGenerator random, Endpoint at) {
        this.network = network;
        this.number = number;
        this.random = random;
        tunnel = new Tunnel(random, random, () -> {});
        filter = tunnel.handshakeFilter();
        wants = new SimActions(this);
        transmitter = new SimSender(this);
        appearAt(at);
        newKey();
        up();
    }

    // ---- who it is

    public SimNetwork network() {
        return network;
    }

    public Tunnel tunnel() {
        return tunnel;
    }

    public SimActions wants() {
        return wants;
    }

    public PublicKey publicKey() {
        return tunnel.publicKey().orElseThrow();
    }

    /// Its inner IPv4 address.
    public IpAddress inner4() {
        return IpAddress.v4(0x0a000000 + number);
    }

    /// Its inner IPv6 address.
    public IpAddress inner6() {
        return IpAddress.v6(0xfd00_0000_0000_0000L, number);
    }

    /// Gives it a new private key.
    public void newKey() {
        byte[] key = new byte[32];
        random.nextBytes(key);
        tunnel.privateKey(new PrivateKey(MemorySegment.ofArray(key)), wants);
        wants.carryOut();
    }

    // ---- where it is

    /// Where datagrams come from that it sends now.
    public Endpoint endpoint() {
        return addresses.getFirst();
    }

    /// It can be reached, and answers, at one more address.
    public void appearAt(Endpoint another) {
        addresses.add(another);
        network.place(another, this);
    }

    /// It is from now on at another address, and at none of those before: it moved, or a NAT forgot
    /// it.
    public void moveTo(Endpoint another) {
        for (Endpoint old : addresses) network.place(old, null);
        addresses.clear();
        appearAt(another);
    }

    /// A NAT in front of it gives it another port.
    public void rebind() {
        moveTo(new Endpoint(endpoint().address(), 1024 + random.nextInt(60_000)));
    }

    // ---- its peers

    /// Adds `other` as a peer, with its inner addresses, and without an endpoint.
    public Peer admits(SimTunnel other) {
        Peer peer = tunnel.add(other.publicKey(), wants);
        tunnel.allow(new IpPrefix(other.inner4(), 32), peer);
        tunnel.allow(new IpPrefix(other.inner6(), 128), peer);
        wants.carryOut();
        return peer;
    }

    /// Adds `other` as a peer, with its inner addresses and its endpoint.
    public Peer knows(SimTunnel other) {
        Peer peer = admits(other);
        peer.endpoint(other.endpoint());
        return peer;
    }

    /// What it has `other` as.
    public Peer peer(SimTunnel other) {
        return tunnel.peer(other.publicKey()).orElseThrow();
    }

    public void persistentKeepalive(SimTunnel towards, int seconds) {
        peer(towards).persistentKeepalive(seconds, wants);
        wants.carryOut();
    }

    public void up() {
        up = true;
        tunnel.up(wants);
        wants.carryOut();
    }

    public void down() {
        tunnel.down();
        up = false;
    }

    /// Its MTU, to which padding keeps.
    public void mtu(int bytes) {
        mtu = bytes;
    }

    int mtu() {
        return mtu;
    }

    /// How many handshake messages seem to wait: 512 are a load.
    public void queued(int messages) {
        queued = messages;
    }

    // ---- into the tunnel

    /// Sends a packet of a few bytes to `other`; the number by which [Delivered#id] knows it.
    public long send(SimTunnel other) {
        return send(other, 40);
    }

    /// Sends a packet with `bytes` bytes of payload, at least 8.
    public long send(SimTunnel other, int bytes) {
        long id = wants.nextId();
        write(Packets.udp(inner4(), other.inner4(), payload(id, bytes)));
        return id;
    }

    /// Sends an IPv6 packet with `bytes` bytes of payload, at least 8.
    public long send6(SimTunnel other, int bytes) {
        long id = wants.nextId();
        write(Packets.udp(inner6(), other.inner6(), payload(id, bytes)));
        return id;
    }

    /// Sends `packets` packets to `other` at once.
    public void burst(SimTunnel other, int packets) {
        byte[][] burst = new byte[packets][];
        for (int i = 0; i < packets; i++) {
            burst[i] = Packets.udp(inner4(), other.inner4(), payload(wants.nextId(), 40));
        }
        write(burst);
    }

    private static byte[] payload(long id, int bytes) {
        byte[] payload = new byte[bytes];
        Arrays.fill(payload, Eavesdropper.PLAIN);
        ByteBuffer.wrap(payload).putLong(id);
        return payload;
    }

    /// Routes packets that came from the interface, all at once.
    public void write(byte[]... packets) {
        PacketBatch plain = scratch.plain();
        plain.clear();
        int at = PacketBatch.HEADROOM;
        Map<Peer, List<Integer>> picks = new java.util.LinkedHashMap<>();
        for (byte[] packet : packets) {
            plain.memory().asSlice(at, packet.length).copyFrom(MemorySegment.ofArray(packet));
            Peer to = route(plain.memory(), at, packet.length);
            if (to != null) picks.computeIfAbsent(to, p -> new ArrayList<>()).add(plain.size());
            plain.add(at, packet.length);
            at += (packet.length + 15 & -16) + PacketBatch.HEADROOM;
        }
        picks.forEach((peer, indices) -> transmitter.send(peer, plain, indices));
        wants.carryOut();
    }

    private Peer route(MemorySegment slab, long offset, int length) {
        if (IpPacket.version(slab, offset, length) == 0) return drop(DropReason.NOT_IP);
        Peer to = tunnel.routeByDestination(slab, offset);
        if (to == null) return drop(DropReason.NO_ROUTE);
        return to.endpoint() == null ? drop(DropReason.NO_ENDPOINT) : to;
    }

    private Peer drop(DropReason reason) {
        count(reason, 1);
        return null;
    }

    // ---- out of the tunnel

    @Override
    public void arrive(Endpoint from, Endpoint to, byte[] datagram, int trafficClass) {
        if (!up) {
            count(DropReason.INTERFACE_DOWN, 1);
            return;
        }
        Endpoint source = new Endpoint(from.address(), from.port(), 0, to.address(), 0);
        PacketBatch batch = scratch.received();
        batch.memory().asSlice(AT, datagram.length).copyFrom(MemorySegment.ofArray(datagram));
        int type = Message.classify(batch.memory(), AT, datagram.length);
        switch (type) {
            case Message.TRANSPORT_DATA -> open(source, datagram.length, trafficClass);
            case Message.WRONG_LENGTH -> count(DropReason.WRONG_LENGTH, 1);
            case Message.UNKNOWN -> count(DropReason.UNKNOWN_TYPE, 1);
            default ->
                    handshake(new HandshakeDatagram(type, MemorySegment.ofArray(datagram), source));
        }
        wants.carryOut();
    }

    private void handshake(HandshakeDatagram message) {
        PacketBatch reply = scratch.message();
        DropReason refused = filter(message);
        if (refused != null) {
            count(refused, 1);
            if (refused == DropReason.COOKIE_DEMANDED) demandCookie(message, reply);
            return;
        }
        HandshakeOutcome outcome = tunnel.handshake(network.now(), message, reply, wants);
        if (outcome.drop() != null) count(outcome.drop(), 1);
        if (!outcome.replied()) return;
        transmitter.send(reply, message.from());
        if (outcome.peer() != null) outcome.peer().sentHandshake(reply.length(0));
    }

    /// Why the message gets no place in a queue, or null.
    private DropReason filter(HandshakeDatagram message) {
        long now = network.now();
        int type = message.type();
        DropReason refused = filter.refusal(type, message.bytes(), 0);
        if (refused != null || !filter.isUnderLoad(now, type, queued)) return refused;
        if (!filter.provesAddress(now, type, message.bytes(), 0, message.from())) {
            return DropReason.COOKIE_DEMANDED;
        }
        return filter.keepsToRate(now, message.from()) ? null : DropReason.RATE_LIMITED;
    }

    private void demandCookie(HandshakeDatagram message, PacketBatch reply) {
        reply.clear();
        reply.add(AT, CookieReply.LENGTH);
        boolean written =
                filter.writeCookieReply(
                        network.now(),
                        message.bytes().get(ByteOrders.LE32, Initiation.SENDER),
                        message.bytes(),
                        HandshakeFilter.mac1(message.type()),
                        message.from(),
                        reply.memory().asSlice(AT, CookieReply.LENGTH));
        if (written) transmitter.send(reply, message.from());
    }

    private void open(Endpoint from, int length, int trafficClass) {
        PacketBatch batch = scratch.received();
        MemorySegment slab = batch.memory();
        IndexEntry to = tunnel.receiver(slab.get(ByteOrders.LE32, AT + TransportData.RECEIVER));
        if (to == null || to.session() == null) {
            count(DropReason.UNKNOWN_INDEX, 1);
            return;
        }
        Session session = to.session();
        if (!session.canReceive(network.now())) {
            count(DropReason.EXPIRED_SESSION, 1);
            return;
        }
        OpenBatch inbound = scratch.inbound();
        inbound.clear();
        inbound.add(batch, AT, length);
        session.open(inbound);
        if (inbound.drop(0) != null) {
            count(inbound.drop(0), 1);
            return;
        }
        int plain = inbound.length(0), at = inbound.offset(0);
        DropReason refused = plain == 0 ? null : check(to.peer(), slab, at, plain);
        int counted = refused == null ? plain + TransportData.OVERHEAD : 0;
        int data = plain > 0 ? 1 : 0;
        to.peer().received(network.now(), session, counted, data, from, wants);
        if (refused != null) {
            count(refused, 1);
        } else if (plain > 0) {
            Ecn.decapsulate(trafficClass, slab, at);
            deliver(slab.asSlice(at, IpPacket.totalLength(slab, at, plain)));
        }
    }

    private DropReason check(Peer peer, MemorySegment slab, int at, int plain) {
        if (IpPacket.totalLength(slab, at, plain) < 0) return DropReason.NOT_IP;
        return tunnel.isAllowedSource(peer, slab, at) ? null : DropReason.UNALLOWED_SOURCE;
    }

    private void deliver(MemorySegment packet) {
        delivered.add(new Delivered(network.now(), packet.toArray(ValueLayout.JAVA_BYTE)));
    }

    /// Does what the timers demand that are due.
    void expire() {
        tunnel.expire(network.now(), wants);
        wants.carryOut();
        if (tunnel.nextDeadline() <= network.now()) {
            throw new AssertionError("a deadline is not later than the present after it was met");
        }
    }

    SimSender transmitter() {
        return transmitter;
    }

    /// Sends a datagram from whichever of its addresses `to` asks for. False when it is down.
    boolean transmit(byte[] datagram, int trafficClass, Endpoint to) {
        if (!up) {
            count(DropReason.INTERFACE_DOWN, 1);
            return false;
        }
        Endpoint from = endpoint();
        for (Endpoint own : addresses) if (own.address().equals(to.source())) from = own;
        sent.add(new Sent(network.now(), MessageKind.of(datagram), datagram.length, to));
        network.send(from, to, datagram, trafficClass);
        return true;
    }

    void count(DropReason reason, int packets) {
        if (packets > 0) drops.merge(reason, packets, Integer::sum);
    }

    // ---- what became of it

    /// Everything that it sent.
    public List<Sent> sent() {
        return sent;
    }

    /// When it sent datagrams of `kind`.
    public List<Long> sent(MessageKind kind) {
        return sent.stream().filter(s -> s.kind() == kind).map(Sent::time).toList();
    }

    /// Every packet that came out of it.
    public List<Delivered> delivered() {
        return delivered;
    }

    /// The numbers of the packets that came out of it, once each.
    public Set<Long> deliveredIds() {
        Set<Long> ids = new LinkedHashSet<>();
        for (Delivered packet : delivered) ids.add(packet.id());
        return ids;
    }

    /// How many packets were dropped for each reason.
    public Map<DropReason, Integer> drops() {
        return drops;
    }

    public int dropped(DropReason reason) {
        return drops.getOrDefault(reason, 0);
    }

    /// Forgets what was sent, delivered and dropped until now.
    public void forget() {
        sent.clear();
        delivered.clear();
        drops.clear();
    }

    private static final int AT = PacketBatch.HEADROOM;
}
