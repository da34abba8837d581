package dev.adit.device.pipeline;

import java.util.ArrayList;
import java.util.List;

/// The memory that sockets are read into, kept from one bind to the next.
///
/// Freed and allocated at every change of port, it would stay in the C library, which has a heap of
/// its own for each thread or two: some megabytes in every one that a change of port has come to.
///
/// Thread-safe.
final class Arrivals implements AutoCloseable {
    private final Engine engine;
    private final List<Arrival> spare = new ArrayList<>(); // guarded by this

    Arrivals(Engine engine) {
        this.engine = engine;
    }

    /// An empty one with room for so many of the longest datagrams.
    synchronized Arrival take(int datagrams) {
        for (Arrival one : spare) {
            if (one.batch().capacity() != datagrams) continue;
            spare.remove(one);
            return one;
        }
        return new Arrival(engine, datagrams);
    }

    /// Takes back what no thread uses any more.
    synchronized void giveBack(Arrival one) {
        one.empty();
        if (spare.size() < MOST) spare.add(one);
        else one.close();
    }

    /// Frees what is spare.
    @Override
    public synchronized void close() {
        spare.forEach(Arrival::close);
        spare.clear();
    }

    // Those of two binds, while one takes the other's place.
    private static final int MOST = 4;
}
