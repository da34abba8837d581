package dev.adit.protocol.sim;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.address.IpPrefix;
import dev.adit.protocol.cookie.CookieChecker;
import dev.adit.protocol.cookie.MacGenerator;
import dev.adit.protocol.cookie.MacScratch;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.noise.Handshake;
import dev.adit.protocol.noise.IncomingInitiation;
import dev.adit.protocol.noise.StaticIdentity;
import dev.adit.protocol.session.OpenBatch;
import dev.adit.protocol.session.SealBatch;
import dev.adit.protocol.session.Session;
import dev.adit.protocol.tunnel.Peer;
import dev.adit.testing.Packets;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// A peer of one [SimTunnel] that does only what its test says: it has keys and sessions, but no
/// timers and no rules. Messages are byte arrays; what it makes is not sent by itself.
public final class ScriptedPeer implements SimHost {
    private final SimNetwork network;
    private final SimTunnel other;
    private final RandomGenerator random;
    private final StaticIdentity identity;
    private final Handshake handshake;
    private final MacGenerator macs;
    private final CookieChecker checker;
    private final ThreadBatches scratch = ThreadBatches.mine();
    private final List<CapturedDatagram> received = new ArrayList<>();
    private final List<Session> sessions = new ArrayList<>();
    private final Endpoint at;
    private final int number;
    private Instant lastTimestamp = Instant.EPOCH;

    /// A puppet that `other` has as a peer, with its inner addresses and, where that is wanted, its
    /// endpoint.
    public ScriptedPeer(SimTunnel other, int number, boolean withEndpoint) {
        this.other = other;
        this.number = number;
        network = other.network();
        random = new SplittableRandom(number);
        at = new Endpoint(IpAddress.v4(0xcb007100 + number), 51820);
        network.place(at, this);
        byte[] key = new byte[32];
        random.nextBytes(key);
        identity = new StaticIdentity(new PrivateKey(MemorySegment.ofArray(key)));
        handshake = new Handshake(other.publicKey());
        handshake.identity(identity);
        macs = new MacGenerator(other.publicKey());
        checker = new CookieChecker(identity.publicKey());
        Peer peer = other.tunnel().add(publicKey(), other.wants());
        other.tunnel().allow(new IpPrefix(inner(), 32), peer);
        if (withEndpoint) peer.endpoint(at);
    }

    public PublicKey publicKey() {
        return identity.publicKey();
    }

    public Endpoint endpoint() {
        return at;
    }

    public IpAddress inner() {
        return IpAddress.v4(0x0a010000 + number);
    }

    /// What the other side has it as.
    public Peer peer() {
        return other.tunnel().peer(publicKey()).orElseThrow();
    }

    public void presharedKey(PresharedKey key) {
        handshake.presharedKey(key);
    }

    // ---- what it is sent

    @Override
    public void arrive(Endpoint from, Endpoint to, byte[] datagram, int trafficClass) {
        received.add(new CapturedDatagram(network.now(), from, to, datagram, trafficClass));
    }

    /// Everything it was sent.
    public List<CapturedDatagram> received() {
        return received;
    }

    /// The last datagram of `kind` that it was sent.
    public byte[] last(MessageKind kind) {
        return received.stream().filter(s -> s.kind() == kind).toList().getLast().bytes();
    }

    // ---- handshakes

    /// An initiation with a timestamp later than that of the one before.
    public byte[] initiation() {
        Instant now = network.wallClock(), least = lastTimestamp.plus(TIMESTAMP_TICK);
        return initiation(now.isBefore(least) ? least : now);
    }

    /// An initiation of that time of day.
    public byte[] initiation(Instant wallClock) {
        lastTimestamp = wallClock;
        byte[] message = new byte[148];
        MemorySegment slab = MemorySegment.ofArray(message);
        handshake.createInitiation(identity, wallClock, random.nextInt(), random, slab, 0);
        return stamped(message);
    }

    /// The response to `initiation`, with a session that [#seal] and [#open] then use.
    public byte[] response(byte[] initiation) {
        IncomingInitiation opened =
                IncomingInitiation.open(identity, MemorySegment.ofArray(initiation), 0)
                        .orElseThrow(() -> new AssertionError("initiation is not for us"));
        Optional<DropReason> refused = handshake.consumeInitiation(network.now(), opened);
        if (refused.isPresent()) throw new AssertionError(refused.get());
        byte[] message = new byte[92];
        MemorySegment slab = MemorySegment.ofArray(message);
        int index = random.nextInt();
        var keys = handshake.createResponse(index, random, slab, 0).orElseThrow();
        sessions.add(new Session(network.now(), keys));
        return stamped(message);
    }

    /// Consumes the response to the last initiation.
    public void finish(byte[] response) {
        var keys =
                handshake
                        .consumeResponse(identity, MemorySegment.ofArray(response), 0)
                        .orElseThrow(() -> new AssertionError("not a response to us"));
        sessions.add(new Session(network.now(), keys));
    }

    /// Writes both macs of a handshake message.
    public byte[] stamped(byte[] message) {
        macs.stamp(network.now(), MemorySegment.ofArray(message), 0, message.length - 32);
        return message;
    }

    /// Takes the cookie for the messages to come. False when it is not one.
    public boolean take(byte[] cookieReply) {
        return macs.consumeReply(network.now(), MemorySegment.ofArray(cookieReply), 0);
    }

    /// The cookie reply to a handshake message from where the other side is.
    public byte[] cookieReply(byte[] message) {
        byte[] reply = new byte[64];
        MemorySegment offending = MemorySegment.ofArray(message);
        int sender = offending.get(ValueLayout.JAVA_INT_UNALIGNED, 4);
        checker.createReply(
                network.now(),
                sender,
                offending,
                message.length - 32,
                other.endpoint(),
                MemorySegment.ofArray(reply),
                random,
                new MacScratch());
        return reply;
    }

    // ---- data

    /// The session made last.
    public Session session() {
        return sessions.getLast();
    }

    /// Every session, the oldest first.
    public List<Session> sessions() {
        return sessions;
    }

    /// A packet to the other side's inner address.
    public byte[] packet() {
        return Packets.udp(inner(), other.inner4(), new byte[24]);
    }

    /// Transport data of the newest session: a packet to the other side.
    public byte[] data() {
        return seal(session(), packet());
    }

    public byte[] keepalive() {
        return seal(session(), new byte[0]);
    }

    public byte[] seal(Session session, byte[] packet) {
        MemorySegment plain = scratch.plain().memory();
        plain.asSlice(16, packet.length).copyFrom(MemorySegment.ofArray(packet));
        SealBatch out = scratch.out();
        out.clear();
        out.add(plain, 16, packet.length, 1420, 0);
        if (!session.seal(out)) throw new AssertionError("session is over");
        return out.sealed()
                .memory()
                .asSlice(out.sealed().offset(0), out.sealed().length(0))
                .toArray(ValueLayout.JAVA_BYTE);
    }

    /// What transport data opens to in any session, padding included; null when in none.
    public byte[] open(byte[] message) {
        for (Session session : sessions.reversed()) {
            if (session.localIndex() != receiver(message)) continue;
            MemorySegment memory = scratch.received().memory();
            memory.asSlice(16, message.length).copyFrom(MemorySegment.ofArray(message));
            OpenBatch in = scratch.inbound();
            in.clear();
            in.add(scratch.received(), 16, message.length);
            session.open(in);
            if (in.drop(0) != null) return null;
            return memory.asSlice(in.offset(0), in.length(0)).toArray(ValueLayout.JAVA_BYTE);
        }
        return null;
    }

    private static int receiver(byte[] message) {
        return MemorySegment.ofArray(message).get(ValueLayout.JAVA_INT_UNALIGNED, 4);
    }

    /// Lets `datagram` arrive at the other side at once.
    public void send(byte[] datagram) {
        network.inject(at, other, datagram);
    }

    /// Shakes hands as the initiator; then both sides have a session and may use it. Datagrams to
    /// us must take no time.
    public void shakeHands() {
        send(initiation());
        network.run(0);
        finish(last(MessageKind.RESPONSE));
        send(keepalive());
    }

    private static final Duration TIMESTAMP_TICK = Duration.ofMillis(17);
}
