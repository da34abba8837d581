package dev.adit.tools.log;

import org.jspecify.annotations.Nullable;

import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;

/// A queue of log lines for a reader that may be slow or stalled. Thread-safe.
///
/// Threads that log never wait for the reader: a thread of the queue writes the lines. Lines that
/// find no room are dropped, and counted; the log says so where it goes on.
final class LineQueue {
    private final Consumer<byte[]> sink;
    private final int capacity; // bytes

    // Guarded by this.
    private final Queue<byte[]> waiting = new ArrayDeque<>();
    private int bytes;
    private long lost;
    private boolean writing;
    private @Nullable Thread writer; // null until there is a line

    /// @param sink writes a line; called by one thread at a time
    LineQueue(Consumer<byte[]> sink) {
        this(sink, CAPACITY);
    }

    LineQueue(Consumer<byte[]> sink, int capacity) {
        this.sink = sink;
        this.capacity = capacity;
    }

    synchronized void add(byte[] line) {
        if (bytes + line.length > capacity) {
            lost++;
            return;
        }
        if (lost > 0) put(takeLoss());
        put(line);
        if (writer == null) start();
        notifyAll();
    }

    private void put(byte[] line) {
        waiting.add(line);
        bytes += line.length;
    }

    /// Starts the writer. If the system has no thread left, lines wait for one started with a later
    /// line.
    private void start() {
        Thread thread = Thread.ofPlatform().daemon().name("adit-log").unstarted(this::run);
        try {
            thread.start();
            writer = thread;
        } catch (OutOfMemoryError noThread) {
            writer = null;
        }
    }

    private void run() {
        while (true) {
            try {
                sink.accept(take());
            } catch (InterruptedException e) {
                return; // Nothing interrupts this thread; without it, lines are counted as lost.
            } catch (RuntimeException | Error e) {
                // Lack of memory for a line must not end the device.
            }
        }
    }

    private synchronized byte[] take() throws InterruptedException {
        writing = false;
        notifyAll();
        while (waiting.isEmpty() && lost == 0) wait();
        writing = true;
        byte[] line = waiting.poll();
        if (line == null) return takeLoss();
        bytes -= line.length;
        return line;
    }

    private byte[] takeLoss() {
        long count = lost;
        lost = 0;
        String text = "Log lines lost, because they were not read in time: " + count;
        return LogLine.format(Level.WARNING, "log", LocalDateTime.now(ZoneId.systemDefault()), text)
                .getBytes(StandardCharsets.UTF_8);
    }

    /// Waits until all lines are written, or for `limit`.
    synchronized void flush(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            while (writer != null && (writing || !waiting.isEmpty() || lost > 0)) {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) return;
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final int CAPACITY = 256 << 10;
}
