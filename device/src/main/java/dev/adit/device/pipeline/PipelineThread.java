package dev.adit.device.pipeline;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;

/// A thread of the pipeline: a platform thread, since it blocks in system calls.
///
/// Whatever ends it other than the closing of its port is the end of the device, with the cause.
abstract class PipelineThread extends Thread {
    private final Pipeline pipeline;
    private boolean started; // guarded by this

    PipelineThread(Pipeline pipeline, String role) {
        super("adit-" + pipeline.name() + "-" + role);
        this.pipeline = pipeline;
        setDaemon(true);
    }

    /// Works until its port is closed.
    ///
    /// @throws ClosedChannelException when the port was closed
    /// @throws IOException when the port is of no use any more
    abstract void work() throws IOException, InterruptedException;

    /// Frees the thread's memory. Called once, after [#work], or in its place.
    abstract void release();

    @Override
    public synchronized void start() {
        started = true;
        super.start();
    }

    @Override
    public final void run() {
        try {
            work();
        } catch (ClosedChannelException | InterruptedException ended) {
            return; // as asked
        } catch (Throwable cause) {
            pipeline.failed(cause);
        }
    }

    /// Waits for the thread to end, and frees its memory. A thread that has failed may do this for
    /// itself, as its last deed.
    void finish() {
        boolean interrupted = false;
        while (isStarted() && isAlive() && this != currentThread()) {
            try {
                join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        release();
        if (interrupted) Thread.currentThread().interrupt();
    }

    private synchronized boolean isStarted() {
        return started;
    }
}
