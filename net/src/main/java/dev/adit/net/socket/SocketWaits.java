package dev.adit.net.socket;

import dev.adit.net.core.SocketEvents;
import dev.adit.net.core.TunnelStack;
import dev.adit.net.core.Waiter;
import dev.adit.stack.socket.Connection;

import org.jspecify.annotations.Nullable;

import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketException;
import java.net.SocketTimeoutException;

/// The two [Waiter]s of one socket: for a thread that reads, accepts or receives, and for one that
/// writes, connects or sends. Thread-safe.
public class SocketWaits implements SocketEvents {
    final TunnelStack net;
    final Waiter read = new Waiter();
    final Waiter write = new Waiter();
    volatile boolean isClosed;
    private volatile @Nullable Connection discarding; // whose input is not read any more

    /// Of a socket in this network.
    public SocketWaits(TunnelStack net) {
        this.net = net;
    }

    @Override
    public void readable() {
        if (discarding != null) discard(discarding);
        read.wake();
    }

    /// Discards what `connection` has received and will receive.
    final void discardInput(Connection connection) {
        discarding = connection;
        readable();
    }

    private void discard(Connection from) {
        MemorySegment nowhere = MemorySegment.ofArray(new byte[DISCARDED]);
        while (from.read(net.now(), nowhere, 0, DISCARDED) > 0) {}
    }

    @Override
    public void writable() {
        write.wake();
    }

    @Override
    public void changed() {
        read.wake();
        write.wake();
    }

    /// Closes it, and has all threads notice.
    final void close() {
        isClosed = true;
        changed();
    }

    /// @throws SocketException when the socket or the network is closed
    final void checkOpen() throws SocketException {
        if (isClosed) throw new SocketException("Socket closed");
        net.checkOpen();
    }

    /// Parks at `waiter`, at which the thread has begun to wait, for at most so many nanoseconds.
    /// An interrupt ends the wait of a virtual thread, and of no other, as with the JDK's sockets.
    ///
    /// @throws InterruptedIOException in a virtual thread that is interrupted, and stays so
    final void park(Waiter waiter, long nanos) throws InterruptedIOException {
        Thread thread = Thread.currentThread();
        if (thread.isVirtual()) {
            if (!thread.isInterrupted()) waiter.await(nanos);
            if (thread.isInterrupted()) throw new InterruptedIOException("Closed by interrupt");
            return;
        }
        boolean interrupted = Thread.interrupted();
        waiter.await(nanos);
        if (interrupted) thread.interrupt();
    }

    /// The same until `deadline`.
    ///
    /// @param deadline on the clock of the stack, `Long.MAX_VALUE` for none
    /// @throws SocketTimeoutException when it has passed, with this message
    final void parkUntil(Waiter waiter, long deadline, String message)
            throws InterruptedIOException {
        if (deadline == Long.MAX_VALUE) {
            park(waiter, Long.MAX_VALUE);
            return;
        }
        long left = deadline - net.now();
        if (left <= 0) throw new SocketTimeoutException(message);
        park(waiter, left);
    }

    /// When a wait of `millis` milliseconds that begins now is over; 0 is for no limit.
    final long deadline(int millis) {
        return millis == 0 ? Long.MAX_VALUE : net.now() + millis * 1_000_000L;
    }

    private static final int DISCARDED = 16 << 10;
}
