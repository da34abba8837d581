package dev.adit.device.pipeline.slot;

import dev.adit.device.pipeline.thread.PipelineThread;
import dev.adit.protocol.session.ThreadCiphers;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// The threads that seal and open for the readers, and the two rings that they work on.
///
/// Thread-safe. A crypto thread without work sleeps; publishing a slot wakes one sleeping thread.
public final class CryptoWorkers<O extends Slot, I extends Slot>
        implements SlotWork<O, I>, Ring.Crew {
    private final Ring<O> outbound;
    private final Ring<I> inbound;
    private final CryptoWorker[] threads;
    private final AtomicLong sleepers = new AtomicLong(); // bit n: thread n sleeps, or is about to
    private volatile boolean closed;

    /// @param count the number of crypto threads, 1 to 32
    /// @param readers the number of threads that read the TUN
    /// @param outboundSlot makes a slot from the TUN to the sockets
    /// @param inboundSlot makes a slot from the sockets to the TUN
    public CryptoWorkers(
            PipelineThread.Owner owner,
            int count,
            int readers,
            Supplier<O> outboundSlot,
            Supplier<I> inboundSlot) {
        int slots = Math.clamp(2L * count, MIN_SLOTS, MAX_SLOTS);
        outbound = ring(slots + readers, outboundSlot);
        inbound = ring(slots + SOCKETS, inboundSlot);
        threads = new CryptoWorker[count];
        for (int i = 0; i < count; i++) threads[i] = new CryptoWorker(owner, this, i);
    }

    private <S extends Slot> Ring<S> ring(int size, Supplier<S> maker) {
        List<S> slots = new ArrayList<>();
        for (int i = 0; i < size; i++) slots.add(maker.get());
        return new Ring<>(this, slots);
    }

    @Override
    public SlotHandOver<O> outbound() {
        return new RingHandOver<>(outbound);
    }

    /// The slots of the ring have room for as many as a socket hands over merged ones.
    @Override
    public SlotHandOver<I> inbound(int datagrams) {
        return new RingHandOver<>(inbound);
    }

    @Override
    public List<CryptoWorker> threads() {
        return List.of(threads);
    }

    @Override
    public void drain() {
        inbound.drain();
    }

    /// Does some of the work; false when there is none.
    boolean advance(ThreadCiphers ciphers, boolean inboundFirst) {
        if (inboundFirst) return inbound.advance(ciphers) || outbound.advance(ciphers);
        return outbound.advance(ciphers) || inbound.advance(ciphers);
    }

    boolean isClosed() {
        return closed;
    }

    /// Wakes a crypto thread, if one sleeps.
    @Override
    public void wake() {
        long asleep = sleepers.get();
        while (asleep != 0) {
            long one = Long.lowestOneBit(asleep);
            if (sleepers.compareAndSet(asleep, asleep & ~one)) {
                LockSupport.unpark(threads[Long.numberOfTrailingZeros(one)]);
                return;
            }
            asleep = sleepers.get();
        }
    }

    /// Lets crypto thread `number`, the calling thread, sleep until it is woken, unless there is
    /// work: a thread that publishes afterwards sees that it sleeps.
    void sleep(int number) {
        long bit = 1L << number;
        mark(bit, true);
        if (outbound.hasWork() || inbound.hasWork()) mark(bit, false);
        while (!closed && (sleepers.get() & bit) != 0) LockSupport.park(this);
    }

    private void mark(long bit, boolean asleep) {
        long seen;
        do {
            seen = sleepers.get();
        } while (!sleepers.compareAndSet(seen, asleep ? seen | bit : seen & ~bit));
    }

    /// Ends the crypto threads, and wakes all threads that wait for a slot. Idempotent.
    @Override
    public void close() {
        closed = true;
        outbound.close();
        inbound.close();
        for (CryptoWorker thread : threads) LockSupport.unpark(thread);
    }

    @Override
    public void release() {
        outbound.release();
        inbound.release();
    }

    private static final int MIN_SLOTS = 4;
    private static final int MAX_SLOTS = 10;

    // The sockets of two binds, while one replaces the other.
    private static final int SOCKETS = 4;
}
