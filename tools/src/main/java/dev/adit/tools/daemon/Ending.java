package dev.adit.tools.daemon;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Ends the program, whatever asked for it: closes what was opened, the last first, and exits.
/// Thread-safe.
///
/// A signal ends a JVM with a status of its own. Here it is an ordinary way to stop: status 0, from
/// the shutdown hook.
final class Ending {
    private final Logger log;
    private final Deque<AutoCloseable> open = new ArrayDeque<>(); // guarded by this
    private boolean closing; // guarded by this
    private volatile int status;

    Ending(Logger log) {
        this.log = log;
    }

    /// Takes over from the JVM. To be called once.
    void install() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::run, "adit-ending"));
    }

    /// Closes `resource` at the end; now, when the end has come.
    synchronized <T extends AutoCloseable> T closes(T resource) {
        if (closing) close(resource);
        else open.push(resource);
        return resource;
    }

    /// Ends the program. Does not return.
    void exit(int status) {
        this.status = status;
        System.exit(status);
    }

    private void run() {
        log.log(Level.DEBUG, "Shutting down");
        CountDownLatch closed = new CountDownLatch(1);
        Thread.ofPlatform().daemon().name("adit-deadline").start(() -> haltUnless(closed));
        closeAll();
        closed.countDown();
        Runtime.getRuntime().halt(status);
    }

    private void closeAll() {
        for (AutoCloseable next; (next = take()) != null; ) close(next);
    }

    private synchronized AutoCloseable take() {
        closing = true;
        return open.poll();
    }

    private void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception | LinkageError | AssertionError e) {
            log.log(Level.ERROR, "Trouble while shutting down", e);
        }
    }

    /// The system takes the interface away with the program, so a lock-up must not keep it.
    private void haltUnless(CountDownLatch closed) {
        try {
            if (closed.await(DEADLINE_SECONDS, TimeUnit.SECONDS)) return;
        } catch (InterruptedException e) {
            // As good as late.
        }
        log.log(Level.ERROR, "Shutting down takes too long, leaving");
        Runtime.getRuntime().halt(1);
    }

    private static final int DEADLINE_SECONDS = 5;
}
