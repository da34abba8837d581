package dev.adit.device.pipeline;

import java.util.ArrayList;
import java.util.List;

/// The memory that sockets are read into, kept from one bind to the next.
///
/// Freed and allocated at every change of port, it would stay in the C library, which has a heap of
/// its own for each thread or two: some megabytes in every one that a change of port has come to.
///
/// Thread-safe.
final class InboundSlotPool implements AutoCloseable {
    private final Pipeline pipeline;
    private final List<InboundSlot> spare = new ArrayList<>(); // guarded by this

    InboundSlotPool(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    /// An empty one with room for so many of the longest datagrams.
    synchronized InboundSlot take(int datagrams) {
        for (InboundSlot one : spare) {
            if (one.batch().capacity() != datagrams) continue;
            spare.remove(one);
            return one;
        }
        return new InboundSlot(pipeline, datagrams);
    }

    /// Takes back what no thread uses any more.
    synchronized void giveBack(InboundSlot one) {
        one.empty();
        if (spare.size() < MOST) spare.add(one);
        else one.close();
    }

    /// Frees what is spare.
    @Override
    public synchronized void close() {
        spare.forEach(InboundSlot::close);
        spare.clear();
    }

    // Those of two binds, while one takes the other's place.
    private static final int MOST = 4;
}
