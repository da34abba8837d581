package dev.adit.device.pipeline;

import dev.adit.protocol.session.ThreadCiphers;

import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// Slots that are numbered in order, worked on by any number of threads, and finished in order.
///
/// ```
///    take ──► publish          work              finish, one thread at a time      ──► take
///            │ number n+3 │ ready n+2, claimed n+1 │ done n │
///            tail                                    head
/// ```
///
/// Whoever has worked on the slot at the head finishes it and those done behind it. That is a role
/// which one thread has at a time: another one that is done meanwhile leaves its slot behind, and
/// the one with the role looks again when it has let go of it. So nobody waits for a system call
/// but the thread that makes it.
///
/// Bounded: a thread that reads needs a free slot first, so what comes too fast waits in the
/// kernel. While none is free the reader works on what others have not begun.
///
/// Thread-safe. The monitor is held for a few field accesses. A failure closes the ring, so that no
/// thread waits for a slot that nobody will finish.
final class Ring<S extends Slot> {
    /// The threads that work on the ring, by calling [#advance].
    interface Crew {
        /// Has one of them look for work, if one does not already.
        void wake();

        /// Closes all rings they work on: this one has failed.
        void close();
    }

    private final Crew crew;
    private final List<S> slots;
    private final AtomicReferenceArray<S> numbered; // slot n at n mod its length
    private final AtomicLong toClaim = new AtomicLong(); // none before it is ready
    private final AtomicBoolean finishing = new AtomicBoolean(); // the role
    private volatile long tail; // the next number; changed under this
    private volatile long head; // the next to be finished; changed by who has the role, under this
    private volatile boolean closed;

    // Guarded by this.
    private final Object[] free;
    private int freeSlots;
    private int bytes; // between tail and head
    private int waiting;

    /// @param slots all there will ever be, at least one more than there are threads that publish
    Ring(Crew crew, List<S> slots) {
        this.crew = crew;
        this.slots = slots;
        free = slots.toArray();
        freeSlots = free.length;
        int size = 2 * Integer.highestOneBit(slots.size()); // more than there are slots
        numbered = new AtomicReferenceArray<>(size);
    }

    /// A free slot, to be filled and [published][#publish] or [given back][#giveBack].
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
    private synchronized S poll() throws ClosedChannelException {
        if (closed) throw new ClosedChannelException();
        return isAvailable() ? (S) free[--freeSlots] : null;
    }

    private boolean isAvailable() {
        return freeSlots > 0 && bytes < MAX_BYTES;
    }

    private synchronized void await() {
        boolean interrupted = false;
        waiting++;
        while (!closed && !isAvailable()) interrupted |= pause();
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

    /// A slot that was taken and is not needed.
    synchronized void giveBack(S slot) {
        free[freeSlots++] = slot;
    }

    /// Numbers a slot that was taken and filled, and has it carried on.
    ///
    /// @param handOver true to leave it to the lanes, false to work on it here and now
    void publish(S slot, boolean handOver, ThreadCiphers ciphers) {
        synchronized (this) {
            slot.number();
            if (handOver) slot.ready();
            else slot.claimed();
            numbered.set(place(tail), slot);
            bytes += slot.bytes();
            tail = tail + 1;
        }
        if (handOver) crew.wake();
        else carry(slot, ciphers);
    }

    /// Does some of what is to be done; false when there is nothing.
    boolean advance(ThreadCiphers ciphers) {
        S slot = claim();
        if (slot == null) return finish() > 0;
        carry(slot, ciphers);
        return true;
    }

    /// True when [#advance] would find something, that nobody else is about to do.
    boolean hasWork() {
        return Math.max(toClaim.get(), head) < tail || isHeadDone() && !finishing.get();
    }

    private S claim() {
        while (!closed) {
            long seen = toClaim.get();
            long at = Math.max(seen, head); // what is finished was claimed
            if (at >= tail) return null;
            if (!toClaim.compareAndSet(seen, at + 1)) continue;
            // By now it may be finished and its place have another one: whichever is ready is as
            // good.
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

    /// Finishes what is done at the head, unless another thread is about it; returns how many
    /// slots. After as many as there are it leaves the rest to a lane, since a reader has to read.
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

    /// Waits until all that has been published is finished, or the ring is closed.
    synchronized void drain() {
        boolean interrupted = false;
        long end = tail;
        waiting++;
        while (!closed && head < end) interrupted |= pause();
        waiting--;
        if (interrupted) Thread.currentThread().interrupt();
    }

    /// Wakes all that wait. What is under way is not finished any more.
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /// Frees the memory of all slots. No thread may use the ring any more.
    void release() {
        slots.forEach(Slot::close);
    }

    // What waits here is in front of every ping: 1.7 ms at 10 Gbit/s.
    private static final int MAX_BYTES = 2 << 20;
}
