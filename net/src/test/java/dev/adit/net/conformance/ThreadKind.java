package dev.adit.net.conformance;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// The two kinds of threads that use sockets.
enum ThreadKind {
    PLATFORM,
    VIRTUAL;

    /// Something that runs in a thread of its own.
    static final class Task<T> {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final FutureTask<T> result;
        private final Thread thread;

        private Task(ThreadKind kind, Callable<T> body) {
            result =
                    new FutureTask<>(
                            () -> {
                                begun.countDown();
                                return body.call();
                            });
            thread =
                    kind == VIRTUAL
                            ? Thread.ofVirtual().unstarted(result)
                            : Thread.ofPlatform().daemon().unstarted(result);
        }

        /// Waits until it has begun, and most likely waits for something.
        Task<T> begun() throws InterruptedException {
            begun.await();
            LockSupport.parkNanos(20_000_000);
            return this;
        }

        void interrupt() {
            thread.interrupt();
        }

        T get() throws Exception {
            try {
                return result.get(60, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof Exception cause) throw cause;
                throw e;
            }
        }

        boolean isDone() {
            return result.isDone();
        }
    }

    <T> Task<T> run(Callable<T> body) {
        Task<T> task = new Task<>(this, body);
        task.thread.start();
        return task;
    }
}
