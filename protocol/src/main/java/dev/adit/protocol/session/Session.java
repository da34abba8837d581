package dev.adit.protocol.session;

import dev.adit.ip.bytes.ByteOrders;
import dev.adit.protocol.crypto.CryptoProviders;
import dev.adit.protocol.crypto.spi.AeadBatch;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.Keypair;
import dev.adit.protocol.wire.Message;
import dev.adit.protocol.wire.TransportData;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/// An established session: two transport keys, a send counter and a replay window (paper §5.4.6).
///
/// Thread-safe and allocation-free on [#seal] and [#open]. Each direction has its own monitor, held
/// for the arithmetic of one batch and never across I/O. When several threads work for one session
/// at once, each uses its own [ThreadCiphers], and only the steps that have to be in order are
/// exclusive: [#reserve] before sealing, [#accept] after opening. Counters are unsigned.
public final class Session implements AutoCloseable {
    private final int localIndex;
    private final int remoteIndex;
    private final boolean initiator;
    private final long birth;

    private final AtomicLong nextCounter = new AtomicLong();
    private final TransportKey sending;
    private final TransportKey receiving;
    private final ReplayWindow window = new ReplayWindow(); // guarded by itself
    private volatile boolean sendingExpired;

    /// A session under `keys`, which are erased.
    ///
    /// @param now nanoseconds since the device started; the session's age counts from here
    public Session(long now, Keypair keys) {
        localIndex = keys.localIndex();
        remoteIndex = keys.remoteIndex();
        initiator = keys.initiator();
        birth = now;
        sending = new TransportKey(CryptoProviders.provider().aead(keys.sending().reveal()));
        receiving = new TransportKey(CryptoProviders.provider().aead(keys.receiving().reveal()));
        keys.erase();
    }

    /// The index by which the peer addresses us.
    public int localIndex() {
        return localIndex;
    }

    /// True when we sent the initiation; then it is up to us to renew the session in time.
    public boolean isInitiator() {
        return initiator;
    }

    /// Nanoseconds since the session was derived.
    public long age(long now) {
        return now - birth;
    }

    /// The number of counters that have been used.
    public long counter() {
        return nextCounter.get();
    }

    /// True while packets may be sealed: younger than Reject-After-Time, below
    /// Reject-After-Messages, not expired.
    public boolean canSend(long now) {
        return !sendingExpired
                && age(now) < REJECT_AFTER_TIME
                && Long.compareUnsigned(nextCounter.get(), REJECT_AFTER_MESSAGES) < 0;
    }

    /// True while packets may be opened.
    public boolean canReceive(long now) {
        return age(now) < REJECT_AFTER_TIME;
    }

    /// Ends sending, as after a change of the private key; packets from the peer are still opened.
    public void expireSending() {
        sendingExpired = true;
    }

    /// Seals every packet of `out` under the next counters.
    ///
    /// @return false, with nothing sealed, when the counters are used up or the session is closed
    public boolean seal(SealBatch out) {
        reserve(out);
        return seal(out, null);
    }

    /// Takes the next counters for all packets of `out`, which are sealed later. When the counters
    /// are used up, [#seal] reports it.
    public void reserve(SealBatch out) {
        int packets = out.count();
        long first;
        do {
            first = nextCounter.get();
            if (Long.compareUnsigned(first, REJECT_AFTER_MESSAGES - packets) > 0) {
                out.firstCounter(EXHAUSTED);
                return;
            }
        } while (!nextCounter.compareAndSet(first, first + packets));
        out.firstCounter(first);
    }

    /// Seals every packet of `out` under the counters that were [reserved][#reserve] for it.
    ///
    /// @param ciphers the calling thread's own, or null to share the session's with others, one
    ///   thread at a time
    /// @return false, with nothing sealed, when there were no counters or the session is closed
    public boolean seal(SealBatch out, @Nullable ThreadCiphers ciphers) {
        long first = out.firstCounter();
        if (first == EXHAUSTED) return false;
        AeadBatch work = out.work();
        MemorySegment slab = out.sealed().memory();
        for (int i = 0; i < work.count; i++) {
            long at = work.outOffset[i] - TransportData.HEADER_LENGTH;
            slab.set(ByteOrders.LE32, at, Message.TRANSPORT_DATA);
            slab.set(ByteOrders.LE32, at + TransportData.RECEIVER, remoteIndex);
            slab.set(ByteOrders.LE64, at + TransportData.COUNTER, first + i);
            work.counter[i] = first + i;
        }
        return sending.seal(work, ciphers);
    }

    /// Opens every packet of `in` in place, and marks its counter as seen. Afterwards
    /// [OpenBatch#length] and [OpenBatch#drop] give the result for each packet.
    public void open(OpenBatch in) {
        open(in, 0, in.count(), null);
        accept(in, 0, in.count());
    }

    /// Opens packets `from` (inclusive) to `to` (exclusive) of `in` in place. Replays are left to
    /// [#accept].
    ///
    /// @param ciphers the calling thread's own, or null to share the session's with others, one
    ///   thread at a time
    public void open(OpenBatch in, int from, int to, @Nullable ThreadCiphers ciphers) {
        AeadBatch work = in.work();
        int all = work.count;
        work.first = from;
        work.count = to;
        boolean done = receiving.open(work, ciphers);
        work.first = 0;
        work.count = all;
        for (int i = from; i < to; i++) {
            if (!done) in.refuse(i, DropReason.EXPIRED_SESSION);
            else if (work.length[i] == AeadBatch.REFUSED) in.refuse(i, DropReason.NOT_AUTHENTIC);
        }
    }

    /// Marks the counters of packets `from` to `to` as seen, after [#open] has found them
    /// authentic: a forged packet must not move the window. Has to be called in the order of their
    /// arrival.
    public void accept(OpenBatch in, int from, int to) {
        AeadBatch work = in.work();
        synchronized (window) {
            boolean closed = receiving.isClosed();
            for (int i = from; i < to; i++) {
                if (closed) in.refuse(i, DropReason.EXPIRED_SESSION);
                else if (in.drop(i) == null && !window.accept(work.counter[i])) {
                    in.refuse(i, DropReason.REPLAYED);
                }
            }
        }
    }

    /// Erases the keys. Later calls that seal or open are refused. Idempotent.
    @Override
    public void close() {
        sending.close();
        receiving.close();
    }

    @Override
    public String toString() {
        return "Session[" + Integer.toUnsignedString(localIndex) + "]";
    }

    /// Sets the send counter: for tests of what happens when the counters run out.
    void skipTo(long counter) {
        nextCounter.set(counter);
    }

    /// Nanoseconds after which a session neither seals nor opens (paper §6.2): 180 s.
    public static final long REJECT_AFTER_TIME = 180_000_000_000L;

    /// The first counter that may not be used, unsigned.
    public static final long REJECT_AFTER_MESSAGES = ReplayWindow.REJECT_AFTER_MESSAGES;

    /// Says that there are no counters left.
    static final long EXHAUSTED = -1;
}
