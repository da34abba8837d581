package dev.adit.tools.daemon;

import dev.adit.tools.log.LogOutput;
import dev.adit.tools.terminal.Cleanup;

import org.jspecify.annotations.Nullable;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Ends the program for any reason: closes its resources, and exits. Thread-safe.
///
/// A signal would end the JVM with a status of its own. Here it is an ordinary way to stop: status
/// 0, from the shutdown hook.
final class Shutdown {
    private final Logger log;
    private final Cleanup cleanup;
    private volatile int status;

    /// Memory reserved for closing when the heap is full.
    @SuppressWarnings("UnusedVariable")
    private volatile byte @Nullable [] reserve = new byte[1 << 18];

    Shutdown(Logger log) {
        this.log = log;
        cleanup = new Cleanup(this::trouble);
    }

    private void trouble(Throwable e) {
        try {
            log.log(Level.ERROR, "Failed to shut down cleanly", e);
        } catch (RuntimeException | Error noMemory) {
            return; // the rest has to be closed nevertheless
        }
    }

    /// Installs the shutdown hook. To be called once.
    void install() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::run, "adit-ending"));
    }

    /// Registers `resource` to be closed at the end.
    <T extends AutoCloseable> T closes(T resource) {
        return cleanup.add(resource);
    }

    /// Frees the reserved memory.
    void makeRoom() {
        reserve = null;
    }

    /// Ends the program. Does not return.
    void exit(int status) {
        this.status = status;
        System.exit(status);
    }

    private void run() {
        makeRoom();
        int how = 1; // should one of these steps fail, for want of memory
        try {
            log.log(Level.INFO, "Shutting down");
            CountDownLatch closed = new CountDownLatch(1);
            watch(closed);
            cleanup.closeAll();
            closed.countDown();
            how = status;
            LogOutput.system().flush();
        } finally {
            Runtime.getRuntime().halt(how);
        }
    }

    private void watch(CountDownLatch closed) {
        try {
            Thread.ofPlatform().daemon().name("adit-deadline").start(() -> haltUnless(closed));
        } catch (OutOfMemoryError noThread) {
            return; // then there is no deadline
        }
    }

    /// The interface vanishes with the program, so a deadlock must not keep it.
    private void haltUnless(CountDownLatch closed) {
        try {
            if (closed.await(DEADLINE_SECONDS, TimeUnit.SECONDS)) return;
        } catch (InterruptedException e) {
            // Treated as late.
        }
        log.log(Level.ERROR, "Shutting down takes too long, exiting");
        LogOutput.system().flush();
        Runtime.getRuntime().halt(1);
    }

    private static final int DEADLINE_SECONDS = 5;
}
