package dev.adit.tools.daemon;

import java.time.Duration;
import java.util.function.LongSupplier;

/// Has the heap collected before it grows with what nobody needs any more. Confined to one thread.
///
/// The serial collector looks for garbage among what is old only when the heap is at its limit. Old
/// becomes whatever outlives some collections of what is young: messages that wait while there is a
/// flood, and every session. So each daemon would come to that limit, the busy ones within hours.
///
/// Packets wait while the heap is collected: some hundredths of a second, some tenths with ten
/// thousand peers. It grows with what is alive, and so does what may gather before.
final class HeapWatch {
    private final LongSupplier used;
    private final Runnable collect;
    private long alive; // bytes at most, after the last collection

    /// @param used the bytes of the heap that are in use, garbage or not
    /// @param collect frees those that are garbage
    HeapWatch(LongSupplier used, Runnable collect) {
        this.used = used;
        this.collect = collect;
    }

    /// For the heap of this program.
    static HeapWatch system() {
        Runtime runtime = Runtime.getRuntime();
        return new HeapWatch(() -> runtime.totalMemory() - runtime.freeMemory(), System::gc);
    }

    /// To be called once in every [#PERIOD].
    void look() {
        long now = used.getAsLong();
        alive = Math.min(alive, now); // others have the heap collected as well
        if (now < 2 * alive + SLACK) return;
        collect.run();
        alive = used.getAsLong();
    }

    static final Duration PERIOD = Duration.ofSeconds(5);

    /// What may gather where little is alive: two young generations.
    static final long SLACK = 8 << 20;
}
