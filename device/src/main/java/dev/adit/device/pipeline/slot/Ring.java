package dev.adit.device.pipeline.slot;

import dev.adit.protocol.session.ThreadCiphers;

import org.jspecify.annotations.Nullable;

import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// A ring of slots that are numbered in order, worked on by any number of threads, and finished in
/// order.
///
/// ```
///    take ──► publish          work              finish, one thread at a time      ──► take
///            │ number n+3 │ ready n+2, claimed n+1 │ done n │
///            tail                                    head
/// ```
///
/// The thread that has worked on the slot at the head finishes it and those done behind it. One
/// thread at a time has this role: another one that completes its work meanwhile leaves its slot
/// behind, and the thread with the role checks again after giving it up. So only the thread that
/// makes a system call waits for it.
///
/// Bounded: a reading thread needs a free slot first, so packets that come too fast wait in the
/// kernel. While no slot is free the reader works on slots that no other thread has begun.
///
/// Thread-safe. The monitor is held for a few field accesses. A failure closes the ring, so that no
/// thread waits for a slot that is never finished.
final class Ring<S extends Slot> {
    /// The threads that work on the ring, by calling [#advance].
    interface Crew {
        /// Lets one of them look for work, if none does already.
        void wake();

        /// Closes all rings they work on, because this one has failed.
        void close();
    }

    private final Crew crew;
    private final List<S> slots;
    private final AtomicReferenceArray<S> numbered; // slot n at n mod its length
    private final AtomicLong toClaim = new AtomicLong(); // none before it is ready
    private final AtomicBoolean finishing = new AtomicBoolean(); // the role
    private volatile long tail; // the next number; changed under this
    private volatile long head; // the next to be finished; changed in the role, under this
    private volatile boolean closed;

    // Guarded by this.
    private final Object[] free;
    private int freeSlots;
    private int bytes; // between tail and head
    private int waiting;

    /// @param slots all its slots, at least one more than there are threads that publish
    Ring(Crew crew, List<S> slots) {
        this.crew = crew;
        this.slots = slots;
        free = slots.toArray();
        freeSlots = free.length;
        int size = 2 * Integer.highestOneBit(slots.size()); // more than there are slots
        numbered = new AtomicReferenceArray<>(size);
    }

    /// Takes a free slot, to be filled and [published][#publish] or [given back][#giveBack].
    ///
    /// @throws ClosedChannelException once the ring is closed
    S take(ThreadCiphers ciphers) throws ClosedChannelException {
        S slot = poll();
        while (slot == null) {
            if (!advance(ciphers)) await();
            slot = poll();
        }
        return slot;
    }

    @SuppressWarnings("unchecked") // only slots of this ring get into it
    private synchronized @Nullable S poll() throws ClosedChannelException {
        if (closed) throw new ClosedChannelException();
        return isAvailable() ? (S) free[--freeSlots] : null;
    }

    private boolean isAvailable() {
        return freeSlots > 0 && bytes < MAX_BYTES;
    }

    /// Waits for a free slot, or for work: what another reader leaves to the crypto threads is for
    /// this thread, too.
    private synchronized void await() {
        boolean interrupted = false;
        waiting++;
        while (!closed && !isAvailable() && !hasWork()) interrupted |= pause();
        waiting--;
        if (interrupted) Thread.currentThread().interrupt();
    }

    private boolean pause() {
        try {
            wait();
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }

    /// Gives back a slot that was taken and is not needed.
    synchronized void giveBack(S slot) {
        free[freeSlots++] = slot;
        if (waiting > 0) notifyAll();
    }

    /// Numbers a slot that was taken and filled, and has it worked on.
    ///
    /// @param handOver true to leave it to the crypto threads, false to work on it here and now
    void publish(S slot, boolean handOver, ThreadCiphers ciphers) {
        synchronized (this) {
            slot.number();
            if (handOver) slot.ready();
            else slot.claimed();
            numbered.set(place(tail), slot);
            bytes += slot.bytes();
            tail = tail + 1;
            if (handOver && waiting > 0) notifyAll();
        }
        if (handOver) crew.wake();
        else carry(slot, ciphers);
    }

    /// Does some of the work; false when there is none.
    boolean advance(ThreadCiphers ciphers) {
        S slot = claim();
        if (slot == null) return finish() > 0;
        carry(slot, ciphers);
        return true;
    }

    /// True when [#advance] would find work that no other thread is about to do.
    boolean hasWork() {
        return Math.max(toClaim.get(), head) < tail || isHeadDone() && !finishing.get();
    }

    private @Nullable S claim() {
        while (!closed) {
            long seen = toClaim.get();
            long at = Math.max(seen, head); // what is finished was claimed
            if (at >= tail) return null;
            if (!toClaim.compareAndSet(seen, at + 1)) continue;
            // It may be finished by now and its place taken by another one: any slot that is ready
            // is as good.
            S slot = numbered.get(place(at));
            if (slot.claim()) return slot;
        }
        return null;
    }

    private void carry(S slot, ThreadCiphers ciphers) {
        try {
            slot.work(ciphers);
        } catch (Throwable failure) {
            crew.close();
            throw failure;
        }
        slot.done();
        finish();
    }

    /// Finishes the completed slots at the head, unless another thread is doing so; returns their
    /// number. After as many as the ring has, it leaves the rest to a crypto thread, since a reader
    /// has to read.
    private int finish() {
        int finished = 0;
        while (isHeadDone() && finishing.compareAndSet(false, true)) {
            try {
                while (finished < free.length && isHeadDone()) {
                    finishHead();
                    finished++;
                }
            } finally {
                finishing.set(false);
            }
            if (finished >= free.length) {
                if (isHeadDone()) crew.wake();
                break;
            }
        }
        return finished;
    }

    private boolean isHeadDone() {
        if (closed) return false;
        long at = head;
        return at < tail && numbered.get(place(at)).isDone();
    }

    private void finishHead() {
        S slot = numbered.get(place(head));
        int size = slot.bytes();
        try {
            slot.finish();
        } catch (Throwable failure) {
            crew.close();
            throw failure;
        }
        synchronized (this) {
            slot.free();
            free[freeSlots++] = slot;
            bytes -= size;
            head = head + 1;
            if (waiting > 0) notifyAll();
        }
    }

    private int place(long number) {
        return (int) number & numbered.length() - 1;
    }

    /// Waits until all published slots are finished, or the ring is closed.
    synchronized void drain() {
        boolean interrupted = false;
        long end = tail;
        waiting++;
        while (!closed && head < end) interrupted |= pause();
        waiting--;
        if (interrupted) Thread.currentThread().interrupt();
    }

    /// Wakes all threads that wait. Slots under way are not finished any more.
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /// Frees the memory of all slots. No thread may use the ring any more.
    void release() {
        slots.forEach(Slot::close);
    }

    // Packets that wait here delay every ping: by 1.7 ms at 10 Gbit/s.
    private static final int MAX_BYTES = 2 << 20;
}
