package dev.adit.device.pipeline.slot;

import dev.adit.device.pipeline.thread.PipelineThread;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/// Lets each reader do all the work on its slots itself. Thread-safe.
///
/// With few cores, handing over costs more than sealing.
public final class InlineWork<O extends Slot, I extends Slot> implements SlotWork<O, I> {
    private final Supplier<O> outbound;
    private final IntFunction<I> inbound;
    private final Consumer<I> giveBack;

    /// @param outbound makes the slot of a reader of the TUN
    /// @param inbound gives the slot of a reader of a socket, for this number of datagrams
    /// @param giveBack takes such a slot back
    public InlineWork(Supplier<O> outbound, IntFunction<I> inbound, Consumer<I> giveBack) {
        this.outbound = outbound;
        this.inbound = inbound;
        this.giveBack = giveBack;
    }

    @Override
    public SlotHandOver<O> outbound() {
        return new InlineHandOver<>(outbound.get(), Slot::close);
    }

    @Override
    public SlotHandOver<I> inbound(int datagrams) {
        return new InlineHandOver<>(inbound.apply(datagrams), giveBack);
    }

    @Override
    public List<PipelineThread> threads() {
        return List.of();
    }

    @Override
    public void drain() {} // a reader that has ended has delivered all

    @Override
    public void close() {}

    @Override
    public void release() {}
}
