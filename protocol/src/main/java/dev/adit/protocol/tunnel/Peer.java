package dev.adit.protocol.tunnel;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.protocol.keys.Keypair;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.session.Session;
import dev.adit.protocol.tunnel.Actions.PeerEvent;
import dev.adit.protocol.tunnel.Timers.Timer;

import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.random.RandomGenerator;

/// One peer's state machine (paper §6): sessions, timers, endpoint and the packets that wait for a
/// session.
///
/// Thread-safe: every method takes the peer's monitor for a few field accesses, once per batch. The
/// handshake has a monitor of its own, so that a Diffie-Hellman computation never stops data;
/// order: handshake, then peer.
///
/// The methods named after events (`sent`, `received`) are told once per batch what happened to it.
public final class Peer {
    private final PublicKey publicKey;
    long number; // set by the tunnel before anybody else knows this
    private final TimerWheel wheel;
    int wheelEntry; // guarded by the wheel
    final PeerHandshake handshake; // guarded by its own monitor

    private final Timers timers;
    private final Initiator initiator;
    private final Sessions sessions;
    private final StagedPackets staged;
    private volatile Endpoint endpoint;
    private boolean removed;
    private long receivedBytes, sentBytes;
    private Instant lastHandshake = Instant.EPOCH;

    Peer(
            PublicKey key,
            IndexTable indices,
            TimerWheel wheel,
            StagingBudget all,
            RandomGenerator rng) {
        publicKey = key;
        this.wheel = wheel;
        handshake = new PeerHandshake(key, indices);
        timers = new Timers(rng, at -> wheel.schedule(this, at));
        initiator = new Initiator(this, timers);
        sessions = new Sessions(indices);
        staged = new StagedPackets(all);
    }

    public PublicKey publicKey() {
        return publicKey;
    }

    /// Which peer of its tunnel this is, counted from 1; no other ever has this number.
    public long number() {
        return number;
    }

    // ---- data path

    /// Where to send, or null when that is not known.
    public Endpoint endpoint() {
        return endpoint;
    }

    /// The session to seal with, or null when there is none that is usable. Takes no lock.
    public Session sendingSession(long now) {
        Session session = sessions.current();
        return session != null && session.canSend(now) ? session : null;
    }

    /// True when packets wait; then newer ones have to be staged behind them. Takes no lock.
    public boolean hasStaged() {
        return staged.isWaiting();
    }

    /// Keeps a copy of a packet until there is a session; a length of 0 is a keepalive.
    ///
    /// @return how many packets had to go: older ones, or this one; or some of other peers that
    ///   hold more, when all together are too many
    public int stage(MemorySegment slab, long offset, int length) {
        return staged.add(slab, offset, length);
    }

    /// Moves staged packets to the end of `into`, from byte `at` of its memory on, as long as they
    /// fit.
    ///
    /// @return how many are left
    public int unstage(PacketBatch into, int at) {
        return staged.moveTo(into, at);
    }

    /// Drops what is staged; how many packets that were, keepalives not counted.
    public int dropStaged() {
        return staged.clear();
    }

    /// There are packets to send and no session for them.
    public synchronized void needsSession(long now, Actions actions) {
        initiator.initiate(now, actions);
    }

    /// Packets were sealed with `session` and are about to be sent.
    public synchronized void sealed(long now, Session session, Actions actions) {
        timers.anyAuthenticatedPacketTraversal(now);
        timers.anyAuthenticatedPacketSent();
        boolean old = session.isInitiator() && session.age(now) >= Limits.REKEY_AFTER_TIME;
        if (old || Long.compareUnsigned(session.counter(), Limits.REKEY_AFTER_MESSAGES) > 0) {
            initiator.initiate(now, actions);
        }
    }

    /// The socket took packets of `bytes` bytes together, of which `dataPackets` were not
    /// keepalives.
    public synchronized void sent(long now, long bytes, int dataPackets) {
        sentBytes += bytes;
        if (dataPackets > 0) timers.dataSent(now);
    }

    /// Authentic packets came on `session`.
    ///
    /// @param bytes the length of those that are counted: keepalives, and data whose inner packet
    ///   is valid
    /// @param dataPackets how many were not keepalives, valid or not
    /// @param from where the last of them came from
    public void received(
            long now,
            Session session,
            long bytes,
            int dataPackets,
            Endpoint from,
            Actions actions) {
        // With a session confirmed, nothing needs the answer to an initiation of ours any more.
        if (confirmed(now, session, bytes, dataPackets, from, actions)) handshake.forget();
    }

    private synchronized boolean confirmed(
            long now,
            Session session,
            long bytes,
            int dataPackets,
            Endpoint from,
            Actions actions) {
        if (removed) return false;
        endpoint = from;
        receivedBytes += bytes;
        boolean confirmed = sessions.confirm(now, session);
        if (confirmed) {
            handshakeComplete(session, actions);
            actions.flush(this);
        }
        initiator.renewBeforeItExpires(now, sendingSession(now), actions);
        timers.anyAuthenticatedPacketReceived();
        timers.anyAuthenticatedPacketTraversal(now);
        if (dataPackets > 0) timers.dataReceived(now);
        return confirmed;
    }

    /// The local address of `used` is gone: the next packet leaves from whichever the system
    /// chooses.
    public synchronized void forgetSource(Endpoint used) {
        Endpoint now = endpoint;
        if (now != null && now.equals(used)) endpoint = now.withoutSource();
    }

    // ---- timers

    /// Does what the timers that are due demand (paper §6.2 to §6.5).
    void expire(long now, Actions actions) {
        if (expireTimers(now, actions)) handshake.forget();
    }

    /// True when all keys were erased: then the handshake has to go too, under its own monitor.
    private synchronized boolean expireTimers(long now, Actions actions) {
        boolean erased = false;
        for (Timer due = timers.expire(now); due != null; due = timers.expire(now)) {
            switch (due) {
                case RETRANSMIT_HANDSHAKE -> initiator.retransmit(now, actions);
                case SEND_KEEPALIVE -> {
                    actions.keepalive(this);
                    timers.keepaliveSent(now);
                }
                case NEW_HANDSHAKE -> {
                    actions.report(this, PeerEvent.STOPPED_HEARING, Limits.STOPPED_HEARING_SECONDS);
                    clearSource();
                    initiator.initiate(now, actions);
                }
                case ERASE_KEYS -> {
                    actions.report(this, PeerEvent.KEYS_ERASED, Limits.ZERO_KEYS_SECONDS);
                    sessions.clear();
                    erased = true;
                }
                case PERSISTENT_KEEPALIVE -> actions.keepalive(this);
                case REPORT_SILENCE ->
                        actions.report(this, PeerEvent.NO_ANSWER, timers.silence(now));
            }
        }
        timers.reschedule();
        return erased;
    }

    /// False while the interface is down.
    synchronized boolean isRunning() {
        return !removed && timers.isRunning();
    }

    // ---- handshake, driven by the tunnel with the handshake's monitor held

    /// True when an initiation may be sent now, which is then taken as sent: at most one in
    /// Rekey-Timeout.
    synchronized boolean claimInitiation(long now) {
        if (removed || !initiator.mayInitiate(now)) return false;
        initiator.sent(now);
        timers.anyAuthenticatedPacketTraversal(now);
        timers.anyAuthenticatedPacketSent();
        timers.handshakeInitiated(now);
        return true;
    }

    /// An authentic initiation came.
    synchronized void receivedInitiation(long now, Endpoint from, int bytes) {
        endpoint = from;
        receivedHandshake(now, bytes);
    }

    private void receivedHandshake(long now, int bytes) {
        receivedBytes += bytes;
        timers.anyAuthenticatedPacketReceived();
        timers.anyAuthenticatedPacketTraversal(now);
    }

    /// A response is about to be sent, with a session that waits for the initiator's first packet.
    /// False, with the keys erased, when the peer was stopped in the meantime.
    synchronized boolean responded(long now, IndexEntry fresh, Keypair keys) {
        if (!begin(now, fresh, keys)) return false;
        initiator.sent(now);
        sessions.responded(now, fresh);
        timers.sessionDerived(now);
        timers.anyAuthenticatedPacketTraversal(now);
        timers.anyAuthenticatedPacketSent();
        return true;
    }

    /// An authentic response came: the session is usable, and the peer has to be told so. False,
    /// with the keys erased, when the peer was stopped in the meantime.
    synchronized boolean receivedResponse(
            long now, IndexEntry fresh, Keypair keys, Datagram response, Actions actions) {
        if (!begin(now, fresh, keys)) return false;
        endpoint = response.from();
        sessions.initiated(now, fresh);
        timers.sessionDerived(now);
        receivedHandshake(now, response.length());
        handshakeComplete(fresh.session(), actions);
        actions.keepalive(this);
        return true;
    }

    /// Makes the session under `keys`, which takes the place of the handshake it came from.
    private boolean begin(long now, IndexEntry fresh, Keypair keys) {
        if (removed || !timers.isRunning()) {
            keys.erase();
            return false;
        }
        fresh.session(new Session(now, keys));
        return true;
    }

    private void handshakeComplete(Session session, Actions actions) {
        timers.handshakeComplete();
        initiator.completed();
        lastHandshake = actions.wallClock();
        actions.report(this, PeerEvent.SESSION_ESTABLISHED, session.localIndex());
    }

    /// The socket took a handshake message of `bytes` bytes.
    public synchronized void sentHandshake(long bytes) {
        sentBytes += bytes;
    }

    // ---- configuration

    /// Where to send from now on, until the peer is heard from elsewhere.
    public synchronized void endpoint(Endpoint configured) {
        endpoint = configured;
    }

    /// Forgets the local address that packets leave from.
    public synchronized void clearSource() {
        if (endpoint != null) endpoint = endpoint.withoutSource();
    }

    /// Sets the preshared key of future handshakes; all zero for none.
    public void presharedKey(PresharedKey key) {
        handshake.presharedKey(key);
    }

    /// A copy of the preshared key.
    public PresharedKey presharedKey() {
        return handshake.presharedKey();
    }

    /// Sets the seconds between persistent keepalives, 0 to 65535; the first one is wanted at once.
    public synchronized void persistentKeepalive(int seconds, Actions actions) {
        boolean first = timers.persistentKeepalive() == 0 && seconds != 0;
        timers.persistentKeepalive(seconds);
        if (first && timers.isRunning()) actions.keepalive(this);
    }

    public synchronized int persistentKeepalive() {
        return timers.persistentKeepalive();
    }

    public synchronized PeerStats stats() {
        return new PeerStats(receivedBytes, sentBytes, lastHandshake);
    }

    /// The interface went up.
    public synchronized void up(Actions actions) {
        timers.start();
        sendWhatWaits(actions);
    }

    /// While the interface is up: has what is staged sent, and the first persistent keepalive. To
    /// be called when something is there that it took: the interface, or the private key.
    synchronized void sendWhatWaits(Actions actions) {
        if (!timers.isRunning()) return;
        if (timers.persistentKeepalive() > 0) actions.keepalive(this);
        else if (hasStaged()) actions.flush(this);
    }

    /// The interface went down: sessions, the handshake under way and what is staged are erased;
    /// timestamps are kept, so that an old initiation stays refused. Returns how many packets were
    /// waiting.
    int down() {
        synchronized (this) {
            timers.stop();
            sessions.clear();
            initiator.reset();
        }
        handshake.forget(); // not before: as long as timers run, there may be another initiation
        return dropStaged();
    }

    /// Our private key changed: sessions are only received with until a new one replaces them.
    synchronized void expireSessions() {
        sessions.expireSending();
        initiator.forgetSent();
    }

    /// Erases everything; the peer is of no use any more. Returns how many packets were waiting.
    int remove() {
        synchronized (this) {
            removed = true;
            staged.close();
        }
        int dropped = down();
        handshake.erase();
        wheel.remove(this);
        return dropped;
    }

    /// As logs name a peer: `peer 1`.
    @Override
    public String toString() {
        return "peer " + number;
    }
}
