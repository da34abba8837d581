package dev.adit.tools.quick;

import java.util.concurrent.CountDownLatch;

/// Holds the end of the program, asked for by SIGINT or SIGTERM, until what was begun is finished
/// or undone. Thread-safe.
final class SignalHold implements AutoCloseable {
    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile boolean requested;
    private final Thread hook = new Thread(this::request, "adit-quick-interruption");

    private SignalHold() {}

    /// For what must not be interrupted.
    static final SignalHold NEVER = new SignalHold();

    /// From now until it is closed, the program does not end by itself.
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

    /// Whether somebody waits for the program to end.
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
