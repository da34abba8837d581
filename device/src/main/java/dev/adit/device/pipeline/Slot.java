package dev.adit.device.pipeline;

import dev.adit.protocol.session.ThreadCiphers;

import java.util.concurrent.atomic.AtomicInteger;

/// A batch on its way through a [Ring], or without one through the hands of a single thread: filled
/// by a reader, then [numbered][#number], [worked on][#work] and [finished][#finish], each once.
///
/// Belongs to one thread at a time; who has it is in its state.
abstract class Slot implements AutoCloseable {
    private final AtomicInteger state = new AtomicInteger();

    /// Takes what has to be in the order of the slots, such as counters. Short: it is done under a
    /// monitor.
    abstract void number();

    /// The arithmetic, in any order and on any thread.
    ///
    /// @param contexts the calling thread's own, or null
    abstract void work(ThreadCiphers ciphers);

    /// Sends or delivers, in the order of the slots; forgets the batch.
    abstract void finish();

    /// Bytes of the packets in it.
    abstract int bytes();

    /// Frees the memory. No thread may use the slot any more.
    @Override
    public abstract void close();

    void ready() {
        state.set(READY);
    }

    void claimed() {
        state.set(CLAIMED);
    }

    /// True for the one thread that shall work on it.
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
