package dev.adit.device.pipeline.receive;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/// A pool of the memory that sockets are read into, kept from one bind to the next.
///
/// If it were freed and allocated at every change of port, it would stay in the C library, which
/// has a heap of its own for each thread or two: some megabytes in each heap whose thread has
/// handled a change of port.
///
/// Thread-safe.
public final class InboundSlotPool implements AutoCloseable {
    private final IntFunction<InboundSlot> maker;
    private final List<InboundSlot> spare = new ArrayList<>(); // guarded by this

    /// @param maker makes a slot for this number of datagrams
    public InboundSlotPool(IntFunction<InboundSlot> maker) {
        this.maker = maker;
    }

    /// Takes an empty slot with room for so many of the longest datagrams.
    public synchronized InboundSlot take(int datagrams) {
        for (InboundSlot one : spare) {
            if (one.batch().capacity() != datagrams) continue;
            spare.remove(one);
            return one;
        }
        return maker.apply(datagrams);
    }

    /// Takes back a slot that no thread uses any more.
    public synchronized void giveBack(InboundSlot one) {
        one.empty();
        if (spare.size() < MOST) spare.add(one);
        else one.close();
    }

    /// Frees the unused slots.
    @Override
    public synchronized void close() {
        spare.forEach(InboundSlot::close);
        spare.clear();
    }

    // The slots of two binds, while one replaces the other.
    private static final int MOST = 4;
}
