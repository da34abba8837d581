package dev.adit.device.pipeline.thread;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;

/// A thread of the pipeline: a platform thread, since it blocks in system calls.
///
/// If it ends for any other reason than that its port was closed, the device fails with that cause.
public abstract class PipelineThread extends Thread {
    /// The owner of such threads.
    public interface Owner {
        /// The name of the interface now.
        String name();

        /// Handles a thread that has ended unasked, in this thread.
        ///
        /// @param cause an [IOException] when the interface is gone, else a bug
        void failed(Throwable cause);
    }

    private final Owner owner;
    private boolean started; // guarded by this

    protected PipelineThread(Owner owner, String role) {
        super("adit-" + owner.name() + "-" + role);
        this.owner = owner;
        setDaemon(true);
    }

    /// Works until its port is closed.
    ///
    /// @throws ClosedChannelException when the port was closed
    /// @throws IOException when the port cannot be used any more
    protected abstract void work() throws IOException, InterruptedException;

    /// Frees the thread's memory. Called once, after [#work] or instead of it.
    protected abstract void release();

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
            owner.failed(cause);
        }
    }

    /// Waits for the thread to end, and frees its memory. A thread that has failed may call this
    /// itself, as its last action.
    public void finish() {
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
