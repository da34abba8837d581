package dev.adit.vector;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/// When the [WideCipher] does the work: from when a [WarmUp] in a thread of its own has found it
/// the faster one, until it is slow. Thread-safe.
///
/// Slow it becomes when the virtual machine throws away what it has compiled, as it may at any
/// time; a packet then takes milliseconds. After a few such calls the other provider does all, and
/// another warm-up begins.
final class CipherSwitch {
    private final Supplier<TimedWideCipher> warmUp;
    private final AtomicBoolean warming = new AtomicBoolean();
    private volatile TimedWideCipher wide; // null while the other provider does all
    private volatile int attempts;
    private int slow; // counted by all threads without a lock: one that is lost does not matter

    /// @param warmUp gives the cipher once it is fast, or null when it is not to be used
    CipherSwitch(Supplier<TimedWideCipher> warmUp) {
        this.warmUp = warmUp;
    }

    /// What work may be left to, or null.
    TimedWideCipher wide() {
        return wide;
    }

    /// Begins to warm up, unless that is being done or was done often enough.
    void begin() {
        if (attempts >= MAX_ATTEMPTS || !warming.compareAndSet(false, true)) return;
        if (attempts >= MAX_ATTEMPTS) { // one has ended in between
            warming.set(false);
            return;
        }
        try {
            Thread.ofPlatform().daemon().name("adit-vector").start(this::warmUp);
        } catch (OutOfMemoryError noThread) {
            attempts = MAX_ATTEMPTS; // and no reason to end the device
            warming.set(false);
        }
    }

    private void warmUp() {
        TimedWideCipher warm = null;
        try {
            warm = warmUp.get();
        } catch (VirtualMachineError e) {
            // No memory for it, and no reason to end the device.
        }
        attempts = warm == null ? MAX_ATTEMPTS : attempts + 1;
        slow = 0;
        warming.set(false); // first: who finds it slow at once has to be able to begin again
        wide = warm;
    }

    /// Looks at how long a call of [TimedWideCipher#run] took.
    void watch(long nanos) {
        if (nanos < SLOW) {
            if (slow != 0) slow = 0;
        } else if (++slow >= MAX_SLOW) {
            wide = null;
            begin();
        }
    }

    /// Nanoseconds: a thread that loses its core takes that long once, and not in a row.
    private static final long SLOW = 500_000;

    private static final int MAX_SLOW = 3;
    private static final int MAX_ATTEMPTS = 3;
}
