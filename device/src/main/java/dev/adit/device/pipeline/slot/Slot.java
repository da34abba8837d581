package dev.adit.device.pipeline.slot;

import dev.adit.protocol.session.ThreadCiphers;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicInteger;

/// A batch on its way through a [Ring], or, without one, handled by a single thread: filled by a
/// reader, then [numbered][#number], [worked on][#work] and [finished][#finish], each once.
///
/// Belongs to one thread at a time; its state says which.
public abstract class Slot implements AutoCloseable {
    private final AtomicInteger state = new AtomicInteger();

    /// Takes what has to be in the order of the slots, such as counters. Must be short: a monitor
    /// is held.
    protected abstract void number();

    /// Does the arithmetic, in any order and on any thread.
    ///
    /// @param ciphers the calling thread's own, or null
    protected abstract void work(@Nullable ThreadCiphers ciphers);

    /// Sends or delivers the batch, in the order of the slots, and clears it.
    protected abstract void finish();

    /// The size of its packets in bytes.
    protected abstract int bytes();

    /// Frees the memory. No thread may use the slot any more.
    @Override
    public abstract void close();

    void ready() {
        state.set(READY);
    }

    void claimed() {
        state.set(CLAIMED);
    }

    /// Claims the slot; true for the one thread that works on it.
    boolean claim() {
        return state.get() == READY && state.compareAndSet(READY, CLAIMED);
    }

    void done() {
        state.set(DONE);
    }

    boolean isDone() {
        return state.get() == DONE;
    }

    void free() {
        state.set(FREE);
    }

    private static final int FREE = 0; // or being filled
    private static final int READY = 1;
    private static final int CLAIMED = 2;
    private static final int DONE = 3;
}
