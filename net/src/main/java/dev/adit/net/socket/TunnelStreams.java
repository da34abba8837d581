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

/// The streams of a connection: calls that wait and calls that do not. Thread-safe: one thread at a
/// time reads, and one writes.
public final class TunnelStreams {
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

    /// Reads at least a byte, and waits for it.
    ///
    /// @return how many were read, -1 at the end
    public int read(MemorySegment to, int bytes) throws IOException {
        return read(to, 0, bytes);
    }

    private int read(MemorySegment to, int at, int bytes) throws IOException {
        if (bytes == 0) return 0;
        readLock.lock();
        try {
            int n = tryRead(to, at, bytes);
            return n != 0 ? n : awaitRead(to, at, bytes);
        } finally {
            readLock.unlock();
        }
    }

    /// Reads what there is.
    ///
    /// @return how many bytes were read, 0 when there are none now, -1 at the end
    public int readNow(MemorySegment to, int bytes) throws IOException {
        readLock.lock();
        try {
            return tryRead(to, 0, bytes);
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

    /// Bytes that can be read at once.
    public int available() throws SocketException {
        waits.checkOpen();
        return isInputShutdown ? 0 : connection.available();
    }

    /// Has reads return -1 from now on, and what still comes discarded. Idempotent.
    public void shutdownInput() throws SocketException {
        waits.checkOpen();
        isInputShutdown = true;
        waits.discardInput(connection);
    }

    /// True once input is shut down by this side.
    public boolean isInputShutdown() {
        return isInputShutdown;
    }

    /// True when a read would not wait.
    public boolean isReadable() {
        return isInputShutdown || connection.isReadable();
    }

    // ---- output

    /// Writes all of it, and waits for room.
    public void write(MemorySegment from, int bytes) throws IOException {
        write(from, 0, bytes);
    }

    private void write(MemorySegment from, int at, int bytes) throws IOException {
        if (bytes == 0) return;
        writeLock.lock();
        try {
            int done = tryWrite(from, at, bytes);
            if (done < bytes) awaitWrite(from, at + done, bytes - done);
        } finally {
            writeLock.unlock();
        }
    }

    /// Writes what there is room for.
    ///
    /// @return how many bytes were written
    public int writeNow(MemorySegment from, int bytes) throws IOException {
        writeLock.lock();
        try {
            return tryWrite(from, 0, bytes);
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

    /// Sends FIN behind what was written. Idempotent.
    public void shutdownOutput() throws SocketException {
        waits.checkOpen();
        isOutputShutdown = true;
        connection.shutdownOutput(net.now());
        waits.writable();
    }

    /// True once output is shut down by this side.
    public boolean isOutputShutdown() {
        return isOutputShutdown;
    }

    /// True when a write would not wait.
    public boolean isWritable() {
        return isOutputShutdown || connection.isWritable();
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

    /// What arrives, as a stream.
    public InputStream input() {
        return new Input();
    }

    /// What is to be sent, as a stream.
    public OutputStream output() {
        return new Output();
    }

    private final class Input extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int at, int bytes) throws IOException {
            Objects.checkFromIndexSize(at, bytes, to.length);
            return TunnelStreams.this.read(MemorySegment.ofArray(to), at, bytes);
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
            Objects.checkFromIndexSize(at, bytes, from.length);
            TunnelStreams.this.write(MemorySegment.ofArray(from), at, bytes);
        }
    }
}
