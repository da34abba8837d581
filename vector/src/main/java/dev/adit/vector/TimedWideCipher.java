package dev.adit.vector;

import dev.adit.protocol.crypto.spi.AeadBatch;

import java.lang.foreign.MemorySegment;

/// A [WideCipher] with its measured costs and the memory of each thread. Thread-safe.
final class TimedWideCipher {
    private final Costs costs;
    private final int width;
    private final ThreadLocal<WideCipher.Worker> workers;

    TimedWideCipher(WideCipher cipher, Costs costs) {
        this.costs = costs;
        width = cipher.width();
        workers = ThreadLocal.withInitial(cipher::worker);
    }

    /// The number of packets that can be processed at once.
    int width() {
        return width;
    }

    /// True when so many packets of that length are faster at once than one by one.
    boolean pays(int packets, int bytes) {
        return costs.pays(packets, bytes);
    }

    /// Seals or opens packets `from` to `to - 1`, which have one length; returns the duration in
    /// nanoseconds.
    long run(MemorySegment key, AeadBatch work, int from, int to, boolean seals) {
        WideCipher.Worker worker = workers.get();
        long start = System.nanoTime();
        if (seals) worker.seal(key, work, from, to);
        else worker.open(key, work, from, to);
        return System.nanoTime() - start;
    }
}
