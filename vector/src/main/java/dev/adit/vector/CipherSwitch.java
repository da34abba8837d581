package dev.adit.vector;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/// Switches packets to the [WideCipher] once a [WarmUp] in a thread of its own has found it the
/// faster one, and back when it becomes slow. Thread-safe.
///
/// It becomes slow when the virtual machine discards compiled code, as it may at any time; a packet
/// then takes milliseconds. After a few such calls the other provider does all work, and another
/// warm-up begins.
final class CipherSwitch {
    private final Supplier<@Nullable TimedWideCipher> warmUp;
    private final AtomicBoolean warming = new AtomicBoolean();
    private volatile @Nullable TimedWideCipher wide; // null while the other provider does all work
    private volatile int attempts;
    private int slow; // counted by all threads without a lock: one that is lost does not matter

    /// @param warmUp gives the cipher once it is fast, or null when it is not to be used
    CipherSwitch(Supplier<@Nullable TimedWideCipher> warmUp) {
        this.warmUp = warmUp;
    }

    /// The cipher to use, or null.
    @Nullable TimedWideCipher wide() {
        return wide;
    }

    /// Begins a warm-up, unless the cipher is in use, one is under way, or there were enough of
    /// them.
    void begin() {
        if (attempts >= MAX_ATTEMPTS || !warming.compareAndSet(false, true)) return;
        if (attempts >= MAX_ATTEMPTS || wide != null) { // another warm-up has ended meanwhile
            warming.set(false);
            return;
        }
        try {
            Thread.ofPlatform().daemon().name("adit-vector").start(this::warmUp);
        } catch (OutOfMemoryError noThread) {
            attempts = MAX_ATTEMPTS; // no reason to end the device
            warming.set(false);
        }
    }

    private void warmUp() {
        TimedWideCipher warm = null;
        try {
            warm = warmUp.get();
        } catch (VirtualMachineError e) {
            // There is no memory for it, which is no reason to end the device.
        }
        attempts = warm == null ? MAX_ATTEMPTS : attempts + 1;
        slow = 0;
        wide = warm; // first, so that no thread that finds none begins another warm-up
        warming.set(false);
        if (warm != null && wide == null) begin(); // it was found slow before it could begin again
    }

    /// Checks the duration of a call of [TimedWideCipher#run].
    void watch(long nanos) {
        if (nanos < SLOW) {
            if (slow != 0) slow = 0;
        } else if (++slow >= MAX_SLOW) {
            wide = null;
            begin();
        }
    }

    /// Nanoseconds: a thread that loses its core takes that long once, but not several times in a
    /// row.
    private static final long SLOW = 500_000;

    private static final int MAX_SLOW = 3;
    private static final int MAX_ATTEMPTS = 3;
}
