package dev.adit.vector;

import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.AeadBatch;
import dev.adit.protocol.crypto.spi.CryptoProvider;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The workload that warms up a [WideCipher] and compares it with another provider: packets that
/// are sealed from one memory into another and opened from there, as often as asked. Confined to
/// one thread.
final class WarmUpRun implements AutoCloseable {
    private final Arena arena = Arena.ofConfined();
    private final WideCipher.Worker worker;
    private final int width;
    private final MemorySegment key = arena.allocate(KEY_LENGTH, Long.BYTES);
    private final Aead aead;
    private final MemorySegment plain;
    private final MemorySegment sealed;
    private final AeadBatch work;

    WarmUpRun(WideCipher cipher, CryptoProvider base) {
        worker = cipher.worker();
        width = cipher.width();
        aead = base.aead(key);
        plain = arena.allocate((long) width * STRIDE, Long.BYTES);
        sealed = arena.allocate((long) width * STRIDE, Long.BYTES);
        work = new AeadBatch(width);
    }

    /// Does the work of the data path for a while: packets of all lengths, lanes that are partly
    /// used.
    void work() {
        long start = System.nanoTime();
        for (int i = 0; System.nanoTime() - start < WORK; i++) {
            fill(i % width + 1, i * 97 % Costs.LONG);
            once(true, true);
            once(true, false);
        }
    }

    /// True when full groups are so much faster than single packets that they are worth using, and
    /// leave nothing on the heap.
    boolean isWorthIt() {
        return Costs.isWorthIt(single(), group(width), width) && !makesObjects();
    }

    /// True when the heap grows while groups are sealed and opened, as it does when a vector is an
    /// object because some method is not compiled as it should be; or when there was a collection.
    /// Allocations of other threads only make this true once more.
    private boolean makesObjects() {
        Runtime runtime = Runtime.getRuntime();
        fill(width, Costs.LONG);
        long before = runtime.freeMemory();
        for (int i = 0; i < GROUPS; i++) {
            once(true, true);
            once(true, false);
        }
        long grown = before - runtime.freeMemory();
        return grown < 0 || grown > LITTLE;
    }

    /// Measures groups of all sizes, and single packets.
    Costs costs() {
        int sizes = Integer.SIZE - Integer.numberOfLeadingZeros(width - 1) + 1;
        Costs.Line[] groups = new Costs.Line[sizes];
        for (int i = 0; i < sizes; i++) groups[i] = group(1 << i);
        return new Costs(single(), groups);
    }

    private Costs.Line single() {
        return Costs.Line.through(
                time(width, Costs.SHORT, false) / width, time(width, Costs.LONG, false) / width);
    }

    private Costs.Line group(int packets) {
        return Costs.Line.through(
                time(packets, Costs.SHORT, true), time(packets, Costs.LONG, true));
    }

    /// Nanoseconds to seal or to open, whichever is slower: the best of some trials.
    private double time(int packets, int bytes, boolean wide) {
        fill(packets, bytes);
        double sealing = Double.MAX_VALUE, opening = Double.MAX_VALUE;
        for (int i = 0; i < TRIALS; i++) {
            sealing = Math.min(sealing, time(wide, true));
            opening = Math.min(opening, time(wide, false));
        }
        return Math.max(sealing, opening);
    }

    /// Nanoseconds per call; the average of only a few calls while it is slow.
    private double time(boolean wide, boolean seals) {
        long start = System.nanoTime();
        long nanos = 0;
        int calls = 0;
        while (calls < CALLS && nanos < SLOW) {
            once(wide, seals);
            calls++;
            nanos = System.nanoTime() - start;
        }
        return (double) nanos / calls;
    }

    /// Seals or opens all packets once; afterwards their lengths are the plain ones again.
    private void once(boolean wide, boolean seals) {
        work.in = seals ? plain : sealed;
        work.out = seals ? sealed : plain;
        if (!seals) for (int i = 0; i < work.count; i++) work.length[i] += Aead.TAG;
        if (wide && seals) worker.seal(key, work, 0, work.count);
        else if (wide) worker.open(key, work, 0, work.count);
        else if (seals) aead.seal(work);
        else aead.open(work);
    }

    private void fill(int packets, int bytes) {
        work.count = 0;
        for (int i = 0; i < packets; i++) work.add(i * STRIDE, i * STRIDE, bytes, i);
    }

    @Override
    public void close() {
        aead.close();
        arena.close();
    }

    private static final int STRIDE = 1536;
    private static final int KEY_LENGTH = 32;
    private static final long WORK = 50_000_000; // nanoseconds
    private static final long SLOW = 1_000_000; // nanoseconds
    private static final int TRIALS = 5;
    private static final int CALLS = 50;
    private static final int GROUPS = 2000;
    private static final long LITTLE = 256 << 10; // bytes; a thread allocates many at a time
}
