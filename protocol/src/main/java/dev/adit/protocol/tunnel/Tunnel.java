package dev.adit.protocol.tunnel;

import dev.adit.ip.address.IpPrefix;
import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.header.IpPacket;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.protocol.collection.IndexTable;
import dev.adit.protocol.collection.TimerWheel;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.Keypair;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.noise.IncomingInitiation;
import dev.adit.protocol.noise.StaticIdentity;
import dev.adit.protocol.wire.CookieReply;
import dev.adit.protocol.wire.Initiation;
import dev.adit.protocol.wire.Message;
import dev.adit.protocol.wire.Response;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/// A WireGuard interface without its I/O: identity, peers, cryptokey routing and indices.
///
/// Thread-safe. The data path's lookups ([#routeByDestination], [#isAllowedSource], [#receiver])
/// read immutable snapshots and take no lock. Configuration takes the tunnel's monitor, handshakes
/// take that of the peer's handshake; order: tunnel, handshake, peer.
public final class Tunnel {
    private final RandomGenerator random;
    private final RandomGenerator jitter;
    private final IndexTable<IndexEntry> indices;
    private final TimerWheel<Peer> wheel;
    private final HandshakeAdmission admission;
    private final StagingBudget staging;

    private final Map<PublicKey, Peer> peersByKey = new ConcurrentHashMap<>();
    private final Map<Peer, Map<IpPrefix, Boolean>> peers = new LinkedHashMap<>();
    private volatile AllowedIps<Peer> allowedIps = AllowedIps.empty();
    private volatile @Nullable StaticIdentity identity;
    private boolean up; // guarded by this, as is `peers`
    private long lastNumber; // of a peer; guarded by this

    /// A tunnel without identity and peers.
    ///
    /// @param random for ephemeral keys, indices, nonces: cryptographically secure, thread-safe
    /// @param jitter for the timers: fast and thread-safe
    /// @param alarm run, by any thread, when [#nextDeadline] has moved forward; must return at once
    /// @param staged bytes of memory for the packets of all peers that wait for a session
    public Tunnel(RandomGenerator random, RandomGenerator jitter, Runnable alarm, long staged) {
        staging = new StagingBudget(staged);
        this.random = random;
        indices = new IndexTable<>(random, IndexEntry::index);
        wheel = new TimerWheel<>(alarm);
        this.jitter = jitter;
        admission = new HandshakeAdmission(random);
    }

    /// A tunnel with room for [#MAX_STAGED] bytes of waiting packets.
    public Tunnel(RandomGenerator random, RandomGenerator jitter, Runnable alarm) {
        this(random, jitter, alarm, MAX_STAGED);
    }

    // ---- time

    /// When to call [#expire] next: nanoseconds since the device started, or [Long#MAX_VALUE].
    public long nextDeadline() {
        return wheel.next();
    }

    /// Runs the timers of all peers that are due.
    public void expire(long now, Actions actions) {
        for (Peer due = wheel.takeDue(now); due != null; due = wheel.takeDue(now)) {
            due.expire(now, actions);
        }
    }

    // ---- data path

    /// The peer to send the packet at `offset` to, or null when its destination is no peer's. The
    /// packet must be valid IPv4 or IPv6.
    public @Nullable Peer routeByDestination(MemorySegment slab, long offset) {
        return route(slab, offset, IpPacket.V4_DESTINATION, IpPacket.V6_DESTINATION);
    }

    /// True when `peer` may use the source address of the packet at `offset`. The packet must be
    /// valid IPv4 or IPv6.
    public boolean isAllowedSource(Peer peer, MemorySegment slab, long offset) {
        return route(slab, offset, IpPacket.V4_SOURCE, IpPacket.V6_SOURCE) == peer;
    }

    private @Nullable Peer route(MemorySegment slab, long offset, int v4, int v6) {
        if (!IpPacket.isV6(slab, offset)) {
            return allowedIps.lookup(false, (long) slab.get(ByteOrders.BE32, offset + v4) << 32, 0);
        }
        long at = offset + v6, high = slab.get(ByteOrders.BE64, at);
        return allowedIps.lookup(true, high, slab.get(ByteOrders.BE64, at + 8));
    }

    /// The handshake or session that `index` addresses, or null.
    public @Nullable IndexEntry receiver(int index) {
        return indices.lookup(index);
    }

    // ---- handshakes

    /// Creates a filter for messages to pass to [#handshake], for one thread.
    public HandshakeFilter handshakeFilter() {
        return new HandshakeFilter(this, admission);
    }

    /// Consumes a handshake message or cookie reply that has passed a [HandshakeFilter].
    ///
    /// @param reply cleared, then given the message to send back to the sender, if any
    public HandshakeOutcome handshake(
            long now, HandshakeDatagram message, PacketBatch reply, Actions actions) {
        reply.clear();
        return switch (message.type()) {
            case Message.COOKIE_REPLY -> consumeCookieReply(now, message);
            case Message.INITIATION -> consumeInitiation(now, message, reply);
            default -> consumeResponse(now, message, actions);
        };
    }

    private HandshakeOutcome consumeInitiation(
            long now, HandshakeDatagram message, PacketBatch reply) {
        StaticIdentity own = identity;
        if (own == null) return HandshakeOutcome.dropped(DropReason.NO_PRIVATE_KEY);
        Optional<IncomingInitiation> opened = IncomingInitiation.open(own, message.bytes(), 0);
        if (opened.isEmpty()) return HandshakeOutcome.dropped(DropReason.INVALID_INITIATION);
        try {
            Peer peer = peersByKey.get(opened.get().remoteStatic());
            if (peer == null) return HandshakeOutcome.dropped(DropReason.UNKNOWN_PEER);
            synchronized (peer.handshake) {
                if (peer.handshake.own() != own) {
                    return HandshakeOutcome.dropped(DropReason.INVALID_INITIATION, peer);
                }
                return answer(now, peer, opened.get(), message, reply);
            }
        } finally {
            opened.get().erase();
        }
    }

    private HandshakeOutcome answer(
            long now,
            Peer peer,
            IncomingInitiation opened,
            HandshakeDatagram message,
            PacketBatch reply) {
        if (!peer.isRunning()) return HandshakeOutcome.dropped(DropReason.INTERFACE_DOWN, peer);
        Optional<DropReason> refused = peer.handshake.noise.consumeInitiation(now, opened);
        if (refused.isPresent()) return HandshakeOutcome.dropped(refused.get(), peer);
        peer.receivedInitiation(now, message.from(), message.length());
        IndexEntry fresh = indices.allocate(index -> new IndexEntry(index, peer));
        MemorySegment response = slot(reply, Response.LENGTH, HANDSHAKE_TRAFFIC_CLASS);
        Optional<Keypair> keys =
                peer.handshake.noise.createResponse(fresh.index(), random, response, 0);
        if (keys.isEmpty() || !peer.responded(now, fresh, keys.get())) {
            indices.release(fresh.index());
            reply.clear();
            return HandshakeOutcome.dropped(DropReason.INVALID_INITIATION, peer);
        }
        peer.handshake.cookies.stamp(now, response, 0, Response.MAC1);
        return HandshakeOutcome.accepted(peer, true);
    }

    private HandshakeOutcome consumeResponse(long now, HandshakeDatagram message, Actions actions) {
        IndexEntry entry = indices.lookup(message.bytes().get(ByteOrders.LE32, Response.RECEIVER));
        if (entry == null || entry.session() != null) {
            return HandshakeOutcome.dropped(DropReason.UNKNOWN_INDEX);
        }
        Peer peer = entry.peer();
        synchronized (peer.handshake) {
            StaticIdentity own = peer.handshake.own();
            if (own == null) return HandshakeOutcome.dropped(DropReason.UNKNOWN_INDEX);
            Optional<Keypair> keys = peer.handshake.noise.consumeResponse(own, message.bytes(), 0);
            if (keys.isEmpty()) return HandshakeOutcome.dropped(DropReason.INVALID_RESPONSE, peer);
            IndexEntry fresh = Objects.requireNonNull(indices.lookup(peer.handshake.takeIndex()));
            if (!peer.receivedResponse(now, fresh, keys.get(), message, actions)) {
                indices.release(fresh.index());
                return HandshakeOutcome.dropped(DropReason.INTERFACE_DOWN, peer);
            }
        }
        return HandshakeOutcome.accepted(peer, false);
    }

    private HandshakeOutcome consumeCookieReply(long now, HandshakeDatagram message) {
        int index = message.bytes().get(ByteOrders.LE32, CookieReply.RECEIVER);
        IndexEntry entry = indices.lookup(index);
        if (entry == null) return HandshakeOutcome.dropped(DropReason.UNKNOWN_INDEX);
        Peer peer = entry.peer();
        synchronized (peer.handshake) {
            return peer.handshake.cookies.consumeReply(now, message.bytes(), 0)
                    ? HandshakeOutcome.accepted(peer, false)
                    : HandshakeOutcome.dropped(DropReason.INVALID_COOKIE, peer);
        }
    }

    /// Creates the initiation that was asked for, unless one was sent to `peer` in the last
    /// Rekey-Timeout.
    ///
    /// @param wallClock the time of day, for the initiation's timestamp
    /// @param out cleared, then given the message
    /// @return false, with nothing in `out`, when there is nothing to send
    public boolean createInitiation(long now, Instant wallClock, Peer peer, PacketBatch out) {
        out.clear();
        synchronized (peer.handshake) {
            StaticIdentity own = peer.handshake.own();
            if (own == null || peer.handshake.noise.isImpossible() || !peer.claimInitiation(now)) {
                return false;
            }
            MemorySegment message = slot(out, Initiation.LENGTH, HANDSHAKE_TRAFFIC_CLASS);
            int index = indices.allocate(i -> new IndexEntry(i, peer)).index();
            peer.handshake.waitAt(index);
            if (!peer.handshake.noise.createInitiation(own, wallClock, index, random, message, 0)) {
                out.clear();
                return false;
            }
            peer.handshake.cookies.stamp(now, message, 0, Initiation.MAC1);
            return true;
        }
    }

    private static MemorySegment slot(PacketBatch batch, int length, int trafficClass) {
        batch.add(PacketBatch.HEADROOM, length, 0, trafficClass);
        return batch.memory().asSlice(PacketBatch.HEADROOM, length).fill((byte) 0);
    }

    // ---- configuration

    /// Sets the private key, or removes it when it is null or zero. All sessions still receive, but
    /// no longer send; a peer that has the new public key is removed, as a tunnel to oneself makes
    /// no sense. If there was no key before, packets that waited for one are sent.
    public synchronized void privateKey(@Nullable PrivateKey key, Actions actions) {
        StaticIdentity old = identity;
        PrivateKey own = key == null || key.isZero() ? null : key;
        if (own == null ? old == null : old != null && old.is(own)) return;
        StaticIdentity fresh = own == null ? null : new StaticIdentity(own);
        identity = fresh;
        admission.identity(fresh == null ? null : fresh.publicKey());
        if (fresh != null) peer(fresh.publicKey()).ifPresent(this::remove);
        for (Peer peer : peers.keySet()) {
            peer.handshake.identity(fresh);
            peer.expireSessions();
            if (fresh != null) peer.sendWhatWaits(actions);
        }
        if (old != null) old.erase();
    }

    /// A copy of the private key, if there is one.
    public synchronized Optional<PrivateKey> privateKey() {
        return Optional.ofNullable(identity).map(StaticIdentity::privateKey);
    }

    /// Our public key, if there is a private key.
    public Optional<PublicKey> publicKey() {
        return Optional.ofNullable(identity).map(StaticIdentity::publicKey);
    }

    /// The peer with this key, if it exists.
    public Optional<Peer> peer(PublicKey key) {
        return Optional.ofNullable(peersByKey.get(key));
    }

    /// The peers, in the order in which they were added.
    public synchronized List<Peer> peers() {
        return new ArrayList<>(peers.keySet());
    }

    /// Adds a peer, or returns the existing one.
    ///
    /// @throws IllegalStateException when there are [#MAX_PEERS] already
    public synchronized Peer add(PublicKey key, Actions actions) {
        Peer known = peersByKey.get(key);
        if (known != null) return known;
        if (peers.size() >= MAX_PEERS) throw new IllegalStateException("too many peers");
        Peer peer = new Peer(key, ++lastNumber, indices, wheel, staging, jitter);
        peer.handshake.identity(identity);
        if (up) peer.up(actions);
        peers.put(peer, new LinkedHashMap<>());
        peersByKey.put(key, peer);
        return peer;
    }

    /// Removes a peer and erases its keys. Returns the number of packets that waited for it.
    public synchronized int remove(Peer peer) {
        if (!peers.containsKey(peer)) return 0;
        disallowAll(peer);
        peers.remove(peer);
        peersByKey.remove(peer.publicKey());
        return peer.remove();
    }

    /// Lets `peer`, unless it was removed, use the addresses of `prefix`, and no other peer.
    public synchronized void allow(IpPrefix prefix, Peer peer) {
        Map<IpPrefix, Boolean> prefixes = peers.get(peer);
        Peer owner = allowedIps.exact(prefix);
        if (prefixes == null || owner == peer) return;
        if (owner != null) Objects.requireNonNull(peers.get(owner)).remove(prefix);
        allowedIps = allowedIps.with(prefix, peer);
        prefixes.put(prefix, true);
    }

    /// Lets `peer` use the addresses of these prefixes and no others. Addresses allowed both before
    /// and after stay allowed throughout, so that no packet is lost when an unchanged configuration
    /// is set again.
    public synchronized void allowOnly(Set<IpPrefix> only, Peer peer) {
        Map<IpPrefix, Boolean> prefixes = peers.get(peer);
        if (prefixes == null) return;
        for (IpPrefix prefix : only) allow(prefix, peer);
        for (IpPrefix prefix : allowedIps(peer)) {
            if (!only.contains(prefix)) disallow(prefix, peer);
        }
        prefixes.clear(); // for the order, which is now that of `only`
        for (IpPrefix prefix : only) prefixes.put(prefix, true);
    }

    /// Takes `prefix` from `peer`, if it has exactly that.
    public synchronized void disallow(IpPrefix prefix, Peer peer) {
        Map<IpPrefix, Boolean> prefixes = peers.get(peer);
        if (prefixes == null || prefixes.remove(prefix) == null) return;
        allowedIps = allowedIps.without(prefix, peer);
    }

    /// Takes all prefixes from `peer`.
    public synchronized void disallowAll(Peer peer) {
        for (IpPrefix prefix : allowedIps(peer)) disallow(prefix, peer);
    }

    /// The prefixes of `peer`, in the order in which they were added.
    public synchronized List<IpPrefix> allowedIps(Peer peer) {
        Map<IpPrefix, Boolean> prefixes = peers.get(peer);
        return prefixes == null ? List.of() : List.copyOf(prefixes.keySet());
    }

    /// Starts all timers when the interface goes up; peers with a persistent keepalive send one.
    public synchronized void up(Actions actions) {
        up = true;
        for (Peer peer : peers.keySet()) peer.up(actions);
    }

    /// Stops the tunnel when the interface goes down: nothing is sent, and all sessions are erased.
    /// Returns the number of packets that were waiting.
    public synchronized int down() {
        up = false;
        int dropped = 0;
        for (Peer peer : peers.keySet()) dropped += peer.down();
        return dropped;
    }

    /// Erases everything; the tunnel cannot be used afterwards.
    public synchronized void erase() {
        allowedIps = AllowedIps.empty(); // first, as memory may be short
        peers.keySet().forEach(Peer::remove);
        peers.clear();
        peersByKey.clear();
        admission.identity(null);
        if (identity != null) identity.erase();
        identity = null;
    }

    /// The number of indices in use by handshakes and sessions.
    int indicesInUse() {
        return indices.size();
    }

    /// Bytes of memory that staged packets take.
    long staged() {
        return staging.held();
    }

    /// The most handshake messages that may wait; see [HandshakeFilter].
    public static final int HANDSHAKE_QUEUE = 4096;

    /// The most peers that one interface may have, as in the kernel.
    public static final int MAX_PEERS = 1 << 20;

    /// Bytes that staged packets may take when memory is not scarce.
    public static final long MAX_STAGED = 64 << 20;

    // DSCP AF41, as the kernel marks handshakes.
    private static final int HANDSHAKE_TRAFFIC_CLASS = 0x88;
}
