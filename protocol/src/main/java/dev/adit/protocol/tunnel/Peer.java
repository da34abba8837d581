package dev.adit.protocol.tunnel;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.protocol.collection.IndexTable;
import dev.adit.protocol.collection.TimerWheel;
import dev.adit.protocol.keys.Keypair;
import dev.adit.protocol.keys.PeerIdentity;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.session.Session;
import dev.adit.protocol.tunnel.Actions.PeerEvent;
import dev.adit.protocol.tunnel.Timers.Timer;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.random.RandomGenerator;

/// The state machine of one peer (paper §6): sessions, timers, endpoint and staged packets.
///
/// Thread-safe: every method takes the peer's monitor for a few field accesses, once per batch. The
/// handshake has a monitor of its own, so that a Diffie-Hellman computation never delays data;
/// order: handshake, then peer.
public final class Peer implements PeerIdentity {
    private final PublicKey publicKey;
    private final long number;
    private final TimerWheel.Timer<Peer> deadline; // the earliest of the timers
    final PeerHandshake handshake; // guarded by its own monitor

    private final Timers timers;
    private final Initiator initiator;
    private final Sessions sessions;
    private final StagedPackets staged;
    private volatile @Nullable Endpoint endpoint;
    private boolean removed;
    private long receivedBytes, sentBytes;
    private Instant lastHandshake = Instant.EPOCH;

    /// @param number the peer's number in its tunnel
    Peer(
            PublicKey key,
            long number,
            IndexTable<?> indices,
            TimerWheel<Peer> wheel,
            StagingBudget all,
            RandomGenerator rng) {
        publicKey = key;
        this.number = number;
        deadline = wheel.timer(this);
        handshake = new PeerHandshake(key, indices);
        timers = new Timers(rng, deadline);
        initiator = new Initiator(timers);
        sessions = new Sessions(indices);
        staged = new StagedPackets(all);
    }

    @Override
    public PublicKey publicKey() {
        return publicKey;
    }

    /// The peer's number in its tunnel, counted from 1 and never reused.
    @Override
    public long number() {
        return number;
    }

    // ---- data path

    /// The endpoint to send to, or null when it is not known.
    public @Nullable Endpoint endpoint() {
        return endpoint;
    }

    /// The session to seal with, or null when none is usable. Takes no lock.
    public @Nullable Session sendingSession(long now) {
        Session session = sessions.current();
        return session != null && session.canSend(now) ? session : null;
    }

    /// True when packets wait; newer ones have to be staged behind them. Takes no lock.
    public boolean hasStaged() {
        return staged.isWaiting();
    }

    /// Keeps a copy of a packet until there is a session; a length of 0 is a keepalive.
    ///
    /// @return the number of packets dropped: older ones, this one, or, when all peers together
    ///   hold too many, some of peers that hold more
    public int stage(MemorySegment slab, long offset, int length) {
        return staged.add(slab, offset, length);
    }

    /// Moves staged packets to the end of `into`, from byte `at` of its memory on, while they fit.
    ///
    /// @return the number of packets left
    public int unstage(PacketBatch into, int at) {
        return staged.moveTo(into, at);
    }

    /// Drops the staged packets and returns their number without the keepalives.
    public int dropStaged() {
        return staged.clear();
    }

    /// Asks for an initiation because there are packets to send and no session for them.
    public synchronized void needsSession(long now, Actions actions) {
        initiate(now, actions);
    }

    private void initiate(long now, Actions actions) {
        if (initiator.initiate(now)) actions.initiation(this);
    }

    /// Records that packets were sealed with `session` and are about to be sent.
    public synchronized void sealed(long now, Session session, Actions actions) {
        timers.anyAuthenticatedPacketTraversal(now);
        timers.anyAuthenticatedPacketSent();
        boolean old = session.isInitiator() && session.age(now) >= Limits.REKEY_AFTER_TIME;
        if (old || Long.compareUnsigned(session.counter(), Limits.REKEY_AFTER_MESSAGES) > 0) {
            initiate(now, actions);
        }
    }

    /// Records that the socket took packets of `bytes` bytes; `dataPackets` are not keepalives.
    public synchronized void sent(long now, long bytes, int dataPackets) {
        sentBytes += bytes;
        if (dataPackets > 0) timers.dataSent(now);
    }

    /// Records that authentic packets came on the session `used`.
    ///
    /// @param bytes the length of all keepalives, and of data whose inner packet is valid
    /// @param dataPackets the number of packets that are not keepalives, valid or not
    /// @param from the sender of the last one
    public void received(
            long now, Session used, long bytes, int dataPackets, Endpoint from, Actions actions) {
        // A confirmed session makes the answer to an initiation of ours unnecessary.
        if (confirmed(now, used, bytes, dataPackets, from, actions)) handshake.forget();
    }

    private synchronized boolean confirmed(
            long now, Session used, long bytes, int dataPackets, Endpoint from, Actions actions) {
        if (removed) return false;
        endpoint = from;
        receivedBytes += bytes;
        boolean confirmed = sessions.confirm(now, used);
        if (confirmed) {
            handshakeComplete(used, actions);
            actions.flush(this);
        }
        if (initiator.renewBeforeItExpires(now, sendingSession(now))) actions.initiation(this);
        timers.anyAuthenticatedPacketReceived();
        timers.anyAuthenticatedPacketTraversal(now);
        if (dataPackets > 0) timers.dataReceived(now);
        return confirmed;
    }

    /// Forgets the local address of `used`, which is gone: the system chooses the next source.
    public synchronized void forgetSource(Endpoint used) {
        Endpoint now = endpoint;
        if (now != null && now.equals(used)) endpoint = now.withoutSource();
    }

    // ---- timers

    /// Runs the timers that are due (paper §6.2 to §6.5).
    void expire(long now, Actions actions) {
        if (expireTimers(now, actions)) eraseHandshake();
    }

    /// Erases the handshake, unless it has only begun: after a machine has slept, that of the first
    /// packet may be under way before the timers are looked at.
    private void eraseHandshake() {
        synchronized (handshake) {
            if (!awaitsResponse()) handshake.forget();
        }
    }

    private synchronized boolean awaitsResponse() {
        return timers.awaitsResponse();
    }

    /// True when all keys were erased; the caller erases the handshake, under its own monitor.
    private synchronized boolean expireTimers(long now, Actions actions) {
        boolean erased = false;
        for (Timer due = timers.expire(now); due != null; due = timers.expire(now)) {
            switch (due) {
                case RETRANSMIT_HANDSHAKE -> retransmit(now, actions);
                case SEND_KEEPALIVE -> {
                    actions.keepalive(this);
                    timers.keepaliveSent(now);
                }
                case NEW_HANDSHAKE -> {
                    actions.report(this, PeerEvent.STOPPED_HEARING, Limits.STOPPED_HEARING_SECONDS);
                    clearSource();
                    initiate(now, actions);
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

    /// Sends another initiation, or gives up, as nothing has come in answer to the last one.
    private void retransmit(long now, Actions actions) {
        if (initiator.isExhausted()) {
            actions.report(this, PeerEvent.GAVE_UP, Limits.MAX_TIMER_HANDSHAKES + 2);
            timers.handshakeGivenUp(now);
            actions.dropStaged(this);
            return;
        }
        actions.report(this, PeerEvent.RETRYING, initiator.retry());
        clearSource();
        if (initiator.mayInitiate(now)) actions.initiation(this);
        // A response of ours may have been sent in the meantime, and nothing come of it either.
        else timers.handshakeInitiated(initiator.lastSent());
    }

    /// False while the interface is down.
    synchronized boolean isRunning() {
        return !removed && timers.isRunning();
    }

    // ---- handshake, driven by the tunnel with the handshake's monitor held

    /// Claims the right to send an initiation now, which is given once in Rekey-Timeout.
    synchronized boolean claimInitiation(long now) {
        if (removed || !initiator.mayInitiate(now)) return false;
        initiator.sent(now);
        timers.anyAuthenticatedPacketTraversal(now);
        timers.anyAuthenticatedPacketSent();
        timers.handshakeInitiated(now);
        return true;
    }

    /// Records that an authentic initiation came.
    synchronized void receivedInitiation(long now, Endpoint from, int bytes) {
        endpoint = from;
        receivedHandshake(now, bytes);
    }

    private void receivedHandshake(long now, int bytes) {
        receivedBytes += bytes;
        timers.anyAuthenticatedPacketReceived();
        timers.anyAuthenticatedPacketTraversal(now);
    }

    /// Adds a session before the response is sent; it waits for the initiator's first packet.
    /// Returns false, with the keys erased, when the peer was stopped in the meantime.
    synchronized boolean responded(long now, IndexEntry fresh, Keypair keys) {
        Session session = begin(now, fresh, keys);
        if (session == null) return false;
        initiator.sent(now);
        sessions.responded(now, session);
        timers.sessionDerived(now);
        timers.anyAuthenticatedPacketTraversal(now);
        timers.anyAuthenticatedPacketSent();
        return true;
    }

    /// Takes the session into use after an authentic response; the peer has to be told so. Returns
    /// false, with the keys erased, when the peer was stopped in the meantime.
    synchronized boolean receivedResponse(
            long now, IndexEntry fresh, Keypair keys, HandshakeDatagram response, Actions actions) {
        Session session = begin(now, fresh, keys);
        if (session == null) return false;
        endpoint = response.from();
        sessions.initiated(now, session);
        timers.sessionDerived(now);
        receivedHandshake(now, response.length());
        handshakeComplete(session, actions);
        actions.keepalive(this);
        return true;
    }

    /// Creates the session in place of its handshake; null, with `keys` erased, after a stop.
    private @Nullable Session begin(long now, IndexEntry fresh, Keypair keys) {
        if (removed || !timers.isRunning()) {
            keys.erase();
            return null;
        }
        return fresh.session(new Session(now, keys));
    }

    private void handshakeComplete(Session session, Actions actions) {
        timers.handshakeComplete();
        initiator.completed();
        lastHandshake = actions.wallClock();
        actions.report(this, PeerEvent.SESSION_ESTABLISHED, session.localIndex());
    }

    /// Records that the socket took a handshake message of `bytes` bytes.
    public synchronized void sentHandshake(long bytes) {
        sentBytes += bytes;
    }

    // ---- configuration

    /// Sets the endpoint to send to, until packets arrive from another one.
    public synchronized void endpoint(Endpoint configured) {
        endpoint = configured;
    }

    /// Forgets the local address that packets are sent from.
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

    /// Whether there is a preshared key.
    public boolean hasPresharedKey() {
        return handshake.hasPresharedKey();
    }

    /// Sets the seconds between persistent keepalives, 0 to 65535; asks for the first one at once.
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

    /// Starts the peer when the interface goes up.
    public synchronized void up(Actions actions) {
        timers.start();
        sendWhatWaits(actions);
    }

    /// Asks for staged packets and the first persistent keepalive to be sent, unless the interface
    /// is down. Has to be called when it goes up, and when the private key is set.
    synchronized void sendWhatWaits(Actions actions) {
        if (!timers.isRunning()) return;
        if (timers.persistentKeepalive() > 0) actions.keepalive(this);
        else if (hasStaged()) actions.flush(this);
    }

    /// Stops the peer, as the interface goes down: erases sessions, handshake and staged packets,
    /// but no timestamp, so that old initiations stay refused. Returns the number of packets
    /// dropped.
    int down() {
        synchronized (this) {
            timers.stop();
            sessions.clear();
            initiator.reset();
        }
        handshake.forget(); // not before: as long as timers run, there may be another initiation
        return dropStaged();
    }

    /// Ends sending with the present sessions, as our private key changed; they still receive.
    synchronized void expireSessions() {
        sessions.expireSending();
        initiator.forgetSent();
    }

    /// Erases everything, for good. Returns the number of packets that were waiting.
    int remove() {
        synchronized (this) {
            removed = true;
            staged.close();
        }
        int dropped = down();
        handshake.erase();
        deadline.cancel();
        return dropped;
    }

    /// The name used in logs: `peer 1`.
    @Override
    public String toString() {
        return "peer " + number;
    }
}
