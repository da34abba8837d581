package dev.adit.stack.tcp;

import dev.adit.stack.ip.IcmpError;
import dev.adit.stack.schedule.PacketWriter;
import dev.adit.stack.socket.Connection;
import dev.adit.stack.socket.ConnectionInfo;
import dev.adit.stack.socket.ConnectionState;
import dev.adit.stack.socket.Ending;
import dev.adit.stack.socket.FourTuple;
import dev.adit.stack.socket.StackEvents;
import dev.adit.stack.socket.TcpOptions;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/// One connection: its entry points and its monitor. Its state is in [ControlBlock], what segments
/// mean in [SegmentHandler] and [AckHandler], what is sent in [TcpOutput], timers in
/// [ConnectionTimers].
///
/// Thread-safe.
public final class TcpConnection extends ControlBlock implements Connection {
    private final ConnectionTable table;
    private final Object monitor = new Object();

    /// Until it is accepted; null for one that this side began.
    private @Nullable TcpListener listener;

    /// @param listener null when this side begins the connection
    TcpConnection(
            TcpContext context,
            ConnectionTable table,
            FourTuple pair,
            long hash,
            int initialSequence,
            TcpOptions options,
            @Nullable TcpListener listener) {
        super(context, pair, hash, initialSequence, options, listener != null);
        this.table = table;
        this.listener = listener;
    }

    boolean matches(
            boolean v6,
            long localHigh,
            long localLow,
            long remoteHigh,
            long remoteLow,
            int localPort,
            int remotePort) {
        return pair.localPort() == localPort
                && pair.remotePort() == remotePort
                && pair.isV6() == v6
                && pair.remoteAddress().high() == remoteHigh
                && pair.remoteAddress().low() == remoteLow
                && pair.localAddress().high() == localHigh
                && pair.localAddress().low() == localLow;
    }

    /// The connection with these ends in `table`, or null.
    @Nullable TcpConnection find(ConnectionTable table) {
        return table.lookup(
                hash(),
                pair.isV6(),
                pair.localAddress().high(),
                pair.localAddress().low(),
                pair.remoteAddress().high(),
                pair.remoteAddress().low(),
                pair.localPort(),
                pair.remotePort());
    }

    /// Begins the handshake, the peer's SYN being taken in already if there was one.
    void begin(long now) {
        synchronized (monitor) {
            isSynOwed = true;
            timers.heard(now);
            flush(now);
        }
    }

    /// The handshake was done with a SYN cookie; `accept` takes the rest of it in.
    boolean beginEstablished(Runnable accept) {
        synchronized (monitor) {
            accept.run();
            return isLive;
        }
    }

    /// Takes a segment in.
    ///
    /// @return false when the connection is gone, so that the segment is for none
    boolean receive(long now, TcpSegment segment) {
        synchronized (monitor) {
            if (!isLive) return false;
            SegmentHandler.handle(this, now, segment);
            if (unacknowledged >= STRETCH) acknowledgeNow();
            if (acksOwed >= MANY_ACKS) flush(now);
            return true;
        }
    }

    /// What was received together is taken in: acknowledges it and sends what may go now.
    void endRun(long now) {
        synchronized (monitor) {
            if (unacknowledged >= 2L * sender.segment() && sender.segment() > 0) acknowledgeNow();
            flush(now);
        }
    }

    /// An ICMP error about a packet of this connection.
    void icmp(long now, IcmpError error) {
        synchronized (monitor) {
            if (!isLive) return;
            SegmentHandler.icmp(this, now, error);
            flush(now);
        }
    }

    /// There is a way to the peer again: what waits for a timeout goes at once.
    public void resume(long now) {
        synchronized (monitor) {
            if (!isLive) return;
            timers.resume(now);
            flush(now);
        }
    }

    @Override
    protected boolean transmit(long now, PacketWriter out) {
        synchronized (monitor) {
            boolean more = TcpOutput.transmit(this, now, out);
            timers.schedule();
            return more;
        }
    }

    @Override
    protected void expire(long now) {
        synchronized (monitor) {
            timers.expire(now);
            flush(now);
        }
    }

    @Override
    void flush(long now) {
        if (isSynOwed || acksOwed > 0 || isProbeOwed) context.scheduler.readyControl(this);
        else if (isLive && TcpOutput.hasData(this, now)) context.scheduler.readyData(this);
        timers.schedule();
    }

    @Override
    protected void deliver(StackEvents events) {
        int kinds;
        TcpListener accepting;
        synchronized (monitor) {
            kinds = news;
            news = 0;
            accepting = listener;
        }
        if (accepting != null) return; // the program does not know it yet
        if ((kinds & CONNECTED) != 0) events.connected(this);
        if ((kinds & READABLE) != 0) events.readable(this);
        if ((kinds & WRITABLE) != 0) events.writable(this);
        if ((kinds & ENDED) != 0) events.ended(this);
    }

    /// The program gets it.
    void accepted() {
        synchronized (monitor) {
            listener = null;
            if (news != 0) context.scheduler.news(this);
        }
    }

    @Override
    boolean isAccepted() {
        return listener == null;
    }

    @Override
    boolean completeHandshake() {
        return listener == null || listener.established(this);
    }

    @Override
    void end(Ending.Reason reason, int code) {
        ConnectionCloser.end(this, reason, code);
    }

    @Override
    void reset(Ending.Reason reason) {
        ConnectionCloser.reset(this, reason);
    }

    @Override
    void leave() {
        if (receiver.available() > 0) table.addUnread(this);
        isLive = false;
        table.removed();
        if (listener != null) listener.lost(this);
    }

    @Override
    public FourTuple pair() {
        return pair;
    }

    @Override
    public int write(long now, MemorySegment from, long at, int bytes) {
        int n;
        synchronized (monitor) {
            if (ending != null || isReleased) return -1;
            boolean wasIdle = sender.unsent() == 0;
            n = sender.write(from, at, bytes);
            if (n > 0 && wasIdle) timers.progress(now);
            if (n > 0 && state.isSynchronized()) flush(now);
        }
        context.scheduler.deliver();
        return n;
    }

    @Override
    public int read(long now, MemorySegment to, long at, int bytes) {
        int n;
        synchronized (monitor) {
            n = receiver.read(now, to, at, bytes);
            if (ending != null && receiver.available() == 0) table.removeUnread(this);
            if (n == 0 && (receiver.hasFin() || ending != null) && bytes > 0) return -1;
            if (n == 0 || !isLive || !receiver.hasOpened()) return n;
            acknowledgeNow();
            flush(now);
        }
        context.scheduler.deliver();
        return n;
    }

    @Override
    public int available() {
        synchronized (monitor) {
            return receiver.available();
        }
    }

    @Override
    public boolean isReadable() {
        synchronized (monitor) {
            return receiver.available() > 0 || receiver.hasFin() || ending != null;
        }
    }

    @Override
    public boolean isWritable() {
        synchronized (monitor) {
            return ending != null || isReleased || sender.isWritable();
        }
    }

    @Override
    public boolean isInputFinished() {
        synchronized (monitor) {
            return receiver.hasFin();
        }
    }

    @Override
    public void shutdownOutput(long now) {
        synchronized (monitor) {
            if (ending == null) ConnectionCloser.finish(this, now);
        }
        context.scheduler.deliver();
    }

    @Override
    public void close(long now) {
        synchronized (monitor) {
            ConnectionCloser.release(this, now);
            table.removeUnread(this);
        }
        context.scheduler.deliver();
    }

    @Override
    public void abort(long now) {
        abort(now, Ending.Reason.ABORTED);
        context.scheduler.deliver();
    }

    /// Resets the connection for this reason, and tells nobody yet.
    void abort(long now, Ending.Reason reason) {
        synchronized (monitor) {
            receiver.discard();
            table.removeUnread(this);
            if (ending == null) reset(reason);
            isReleased = true;
        }
    }

    @Override
    public void configure(long now, TcpOptions changed) {
        synchronized (monitor) {
            options = changed;
            timers.configured(now);
            if (isLive && state.isSynchronized()) flush(now);
        }
        context.scheduler.deliver();
    }

    @Override
    public ConnectionState state() {
        return state;
    }

    @Override
    public @Nullable Ending ending() {
        synchronized (monitor) {
            return ending;
        }
    }

    @Override
    public int lastError() {
        synchronized (monitor) {
            return lastError;
        }
    }

    @Override
    public ConnectionInfo info() {
        synchronized (monitor) {
            return ConnectionFigures.of(this);
        }
    }

    private static final int STRETCH = 64 << 10; // bytes that are acknowledged at the latest
    private static final int MANY_ACKS = 16;
}
