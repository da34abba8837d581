package dev.adit.tools.daemon;

import java.time.Duration;
import java.util.function.LongSupplier;

/// Triggers a collection before garbage makes the heap grow. Confined to one thread.
///
/// The serial collector looks for garbage in the old generation only when the heap is at its limit.
/// Whatever outlives some young collections becomes old: messages that wait during a flood, and
/// every session. So each daemon would reach that limit, the busy ones within hours.
///
/// Packets wait during a collection: some hundredths of a second, some tenths with ten thousand
/// peers. Such a pause grows with the live data, and so does the garbage that may gather before it.
final class HeapWatch {
    private final LongSupplier used;
    private final Runnable collect;
    private long alive; // bytes at most, after the last collection

    /// @param used the bytes of the heap in use, garbage included
    /// @param collect runs a collection
    HeapWatch(LongSupplier used, Runnable collect) {
        this.used = used;
        this.collect = collect;
    }

    /// A watch of this program's heap.
    static HeapWatch system() {
        Runtime runtime = Runtime.getRuntime();
        return new HeapWatch(() -> runtime.totalMemory() - runtime.freeMemory(), System::gc);
    }

    /// Checks the heap; to be called once in every [#PERIOD].
    void look() {
        long now = used.getAsLong();
        alive = Math.min(alive, now); // other code triggers collections as well
        if (now < 2 * alive + SLACK) return;
        collect.run();
        alive = used.getAsLong();
    }

    static final Duration PERIOD = Duration.ofSeconds(5);

    /// The garbage that may gather when there are few live data: two young generations.
    static final long SLACK = 8 << 20;
}
