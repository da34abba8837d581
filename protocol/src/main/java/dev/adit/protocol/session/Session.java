package dev.adit.protocol.session;

import dev.adit.ip.bytes.Bytes;
import dev.adit.protocol.crypto.Crypto;
import dev.adit.protocol.crypto.spi.AeadBatch;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.Keypair;
import dev.adit.protocol.wire.Message;
import dev.adit.protocol.wire.TransportData;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/// An established session: two transport keys, a send counter and a replay window (paper §5.4.6).
///
/// Thread-safe and allocation-free on [#seal] and [#open]. Each direction has its own monitor, held
/// for the arithmetic of one batch and never across I/O. Where several threads work for one session
/// at once, each brings its own [ThreadCiphers], and only what has to be in order excludes them:
/// [#reserve] before sealing, [#accept] after opening. Counters are unsigned.
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
        sending = new TransportKey(Crypto.provider().aead(keys.sending().reveal()));
        receiving = new TransportKey(Crypto.provider().aead(keys.receiving().reveal()));
        keys.erase();
    }

    /// The index that the peer addresses us by.
    public int localIndex() {
        return localIndex;
    }

    /// True when we sent the initiation; then it is we who renew the session in time.
    public boolean isInitiator() {
        return initiator;
    }

    /// Nanoseconds since the session was derived.
    public long age(long now) {
        return now - birth;
    }

    /// How many counters have been used.
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

    /// Ends sending, as after a change of the private key; what the peer still sends is opened.
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

    /// Takes the next counters for all packets of `out`, which are sealed later. When there are
    /// none left, sealing says so.
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
    /// @param contexts the calling thread's own, or null to take turns with others
    /// @return false, with nothing sealed, when there were no counters or the session is closed
    public boolean seal(SealBatch out, ThreadCiphers ciphers) {
        long first = out.firstCounter();
        if (first == EXHAUSTED) return false;
        AeadBatch work = out.work();
        MemorySegment slab = out.sealed().memory();
        for (int i = 0; i < work.count; i++) {
            long at = work.outOffset[i] - TransportData.HEADER_LENGTH;
            slab.set(Bytes.LE32, at, Message.TRANSPORT_DATA);
            slab.set(Bytes.LE32, at + TransportData.RECEIVER, remoteIndex);
            slab.set(Bytes.LE64, at + TransportData.COUNTER, first + i);
            work.counter[i] = first + i;
        }
        return sending.seal(work, ciphers);
    }

    /// Opens every packet of `in` where it lies, and marks its counter as seen. Afterwards
    /// [OpenBatch#length] and [OpenBatch#drop] say what became of each.
    public void open(OpenBatch in) {
        open(in, 0, in.count(), null);
        accept(in, 0, in.count());
    }

    /// Opens packets `from` (inclusive) to `to` (exclusive) of `in` where they lie. Whether they
    /// are new is left to [#accept].
    ///
    /// @param contexts the calling thread's own, or null to take turns with others
    public void open(OpenBatch in, int from, int to, ThreadCiphers ciphers) {
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

    /// Marks the counters of packets `from` to `to` as seen, which [#open] has found authentic: a
    /// forged packet must not move the window. To be called in the order of their arrival.
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

    /// Erases the keys. Whoever seals or opens afterwards is refused. Idempotent.
    @Override
    public void close() {
        sending.close();
        receiving.close();
    }

    @Override
    public String toString() {
        return "Session[" + Integer.toUnsignedString(localIndex) + "]";
    }

    /// For tests of what happens near the end of the counters.
    void skipTo(long counter) {
        nextCounter.set(counter);
    }

    /// Nanoseconds after which a session is neither sealed nor opened with (paper §6.2): 180 s.
    public static final long REJECT_AFTER_TIME = 180_000_000_000L;

    /// The first counter that may not be used, unsigned.
    public static final long REJECT_AFTER_MESSAGES = ReplayWindow.REJECT_AFTER_MESSAGES;

    /// No counter at all.
    static final long EXHAUSTED = -1;
}
