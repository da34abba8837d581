package dev.adit.tools.quick;

import java.util.concurrent.CountDownLatch;

/// Delays the end of the program, asked for by SIGINT or SIGTERM, until the work under way is
/// finished or undone. Thread-safe.
final class SignalHold implements AutoCloseable {
    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile boolean requested;
    private final Thread hook = new Thread(this::request, "adit-quick-interruption");

    private SignalHold() {}

    /// A hold for work that must not be interrupted.
    static final SignalHold NEVER = new SignalHold();

    /// Delays the end of the program until the hold is closed.
    static SignalHold hold() {
        SignalHold signals = new SignalHold();
        Runtime.getRuntime().addShutdownHook(signals.hook);
        return signals;
    }

    private void request() {
        requested = true;
        try {
            finished.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// True when the program was asked to end.
    boolean requested() {
        return requested;
    }

    @Override
    public void close() {
        finished.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The program is ending, and the hook with it.
        }
    }
}
