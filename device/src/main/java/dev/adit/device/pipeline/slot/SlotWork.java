package dev.adit.device.pipeline.slot;

import dev.adit.device.pipeline.thread.PipelineThread;

import java.util.List;

/// The work on the slots of a device, in both directions: inline, or by crypto threads.
/// Thread-safe.
public interface SlotWork<O extends Slot, I extends Slot> {
    /// The way of slots from a new reader of the TUN.
    SlotHandOver<O> outbound();

    /// The way of slots from a new reader of a socket.
    ///
    /// @param datagrams the number of longest datagrams that it receives at once
    SlotHandOver<I> inbound(int datagrams);

    /// The threads that do the work for the readers, to be started and finished with the others.
    List<? extends PipelineThread> threads();

    /// Waits until all that was received is delivered, or the work has ended.
    void drain();

    /// Ends the threads, and wakes those that wait for a slot. Idempotent.
    void close();

    /// Frees the memory, when no thread uses it any more.
    void release();
}
