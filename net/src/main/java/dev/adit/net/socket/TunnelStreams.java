package dev.adit.net.socket;

import dev.adit.net.core.TunnelStack;
import dev.adit.stack.socket.Connection;
import dev.adit.stack.socket.ConnectionState;
import dev.adit.stack.socket.Ending;
import dev.adit.stack.socket.TcpOptions;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.net.SocketException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;

/// The blocking streams of a connection. Thread-safe: one thread at a time reads, and one writes.
final class TunnelStreams {
    private final TunnelStack net;
    private final Connection connection;
    private final SocketWaits waits;
    private final IntSupplier timeout;
    private final ReentrantLock readLock = new ReentrantLock();
    private final ReentrantLock writeLock = new ReentrantLock();
    private volatile boolean isInputShutdown;
    private volatile boolean isOutputShutdown;

    /// @param timeout gives the milliseconds that a read may wait, 0 for no limit
    TunnelStreams(TunnelStack net, Connection connection, SocketWaits waits, IntSupplier timeout) {
        this.net = net;
        this.connection = connection;
        this.waits = waits;
        this.timeout = timeout;
    }

    void configure(TcpOptions options) {
        connection.configure(net.now(), options);
    }

    // ---- input

    private int read(byte[] to, int at, int bytes) throws IOException {
        Objects.checkFromIndexSize(at, bytes, to.length);
        if (bytes == 0) return 0;
        MemorySegment memory = MemorySegment.ofArray(to);
        readLock.lock();
        try {
            int n = tryRead(memory, at, bytes);
            return n != 0 ? n : awaitRead(memory, at, bytes);
        } finally {
            readLock.unlock();
        }
    }

    private int awaitRead(MemorySegment to, int at, int bytes) throws IOException {
        long deadline = waits.deadline(timeout.getAsInt());
        waits.read.begin();
        try {
            while (true) {
                int n = tryRead(to, at, bytes);
                if (n != 0) return n;
                waits.parkUntil(waits.read, deadline, "Read timed out");
            }
        } finally {
            waits.read.end();
        }
    }

    private int tryRead(MemorySegment to, int at, int bytes) throws IOException {
        waits.checkOpen();
        if (isInputShutdown) return -1;
        int n = connection.read(net.now(), to, at, bytes);
        if (n >= 0) return n;
        // As in Linux, an end that was received in order stands even if a reset follows.
        Ending ending = connection.isInputFinished() ? null : connection.ending();
        if (ending == null || ending.reason() == Ending.Reason.FINISHED) return -1;
        throw ConnectionFailure.ended(net, ending);
    }

    int available() throws SocketException {
        waits.checkOpen();
        return isInputShutdown ? 0 : connection.available();
    }

    void shutdownInput() throws SocketException {
        waits.checkOpen();
        isInputShutdown = true;
        waits.discardInput(connection);
    }

    // ---- output

    private void write(byte[] from, int at, int bytes) throws IOException {
        Objects.checkFromIndexSize(at, bytes, from.length);
        if (bytes == 0) return;
        MemorySegment memory = MemorySegment.ofArray(from);
        writeLock.lock();
        try {
            int done = tryWrite(memory, at, bytes);
            if (done < bytes) awaitWrite(memory, at + done, bytes - done);
        } finally {
            writeLock.unlock();
        }
    }

    private void awaitWrite(MemorySegment from, int at, int bytes) throws IOException {
        waits.write.begin();
        try {
            int done = 0;
            while (done < bytes) {
                int n = tryWrite(from, at + done, bytes - done);
                done += n;
                if (n == 0) waits.park(waits.write, Long.MAX_VALUE);
            }
        } finally {
            waits.write.end();
        }
    }

    private int tryWrite(MemorySegment from, int at, int bytes) throws SocketException {
        waits.checkOpen();
        if (isOutputShutdown) throw new SocketException("Socket output is shutdown");
        int n = connection.write(net.now(), from, at, bytes);
        if (n >= 0) return n;
        Ending ending = connection.ending();
        if (ending == null || ending.reason() == Ending.Reason.FINISHED) {
            throw new SocketException("Broken pipe");
        }
        throw ConnectionFailure.ended(net, ending);
    }

    void shutdownOutput() throws SocketException {
        waits.checkOpen();
        isOutputShutdown = true;
        connection.shutdownOutput(net.now());
        waits.write.wake();
    }

    // ---- the end

    /// Closes the connection, the socket being closed already.
    ///
    /// @param linger seconds to wait until what was written is acknowledged, then reset; 0 to reset
    ///   at once, -1 to leave it to the stack
    void close(int linger) {
        if (linger == 0) {
            connection.abort(net.now());
            return;
        }
        connection.close(net.now());
        if (linger > 0) awaitEnd(TimeUnit.SECONDS.toNanos(linger));
    }

    private void awaitEnd(long nanos) {
        long deadline = net.now() + nanos;
        writeLock.lock(); // its thread, if any, has been woken by the close
        waits.write.begin();
        try {
            while (!isSent()) {
                long left = deadline - net.now();
                if (left <= 0 || Thread.currentThread().isInterrupted()) {
                    connection.abort(net.now());
                    return;
                }
                waits.write.await(left);
            }
        } finally {
            waits.write.end();
            writeLock.unlock();
        }
    }

    /// True when everything is acknowledged, the FIN too.
    private boolean isSent() {
        ConnectionState state = connection.state();
        return connection.ending() != null
                || state == ConnectionState.FIN_WAIT_2
                || state == ConnectionState.TIME_WAIT;
    }

    InputStream input() {
        return new Input();
    }

    OutputStream output() {
        return new Output();
    }

    private final class Input extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return TunnelStreams.this.read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int at, int bytes) throws IOException {
            return TunnelStreams.this.read(to, at, bytes);
        }

        @Override
        public int available() throws IOException {
            return TunnelStreams.this.available();
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] from, int at, int bytes) throws IOException {
            TunnelStreams.this.write(from, at, bytes);
        }
    }
}
