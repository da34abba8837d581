package dev.adit.stack.tcp;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.header.TransportHeader;
import dev.adit.stack.ip.PortTable;
import dev.adit.stack.schedule.PacketWriter;
import dev.adit.stack.schedule.Schedulable;
import dev.adit.stack.socket.Connection;
import dev.adit.stack.socket.ConnectionState;
import dev.adit.stack.socket.Ending;
import dev.adit.stack.socket.FourTuple;
import dev.adit.stack.socket.Listener;
import dev.adit.stack.socket.StackEvents;
import dev.adit.stack.socket.TcpOptions;
import dev.adit.stack.stats.Counter;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A port on which connections are accepted, with at most 256 handshakes under way and a backlog of
/// those that are done. What exceeds the first is answered with SYN cookies, what exceeds the
/// second is dropped.
///
/// Thread-safe; after connections in the order of locks.
public final class TcpListener extends Schedulable implements Listener, PortTable.Bound {
    private final TcpContext context;
    private final ConnectionTable table;
    private final PortTable<TcpListener> listeners;
    private final @Nullable IpAddress address;
    private final int port;
    private final int backlog;
    private final TcpOptions options;
    private final Set<TcpConnection> pending = new HashSet<>(); // guarded by this, as are:
    private final ArrayDeque<TcpConnection> done = new ArrayDeque<>();
    private boolean isClosed;
    private boolean hasSentCookies;
    private long cookiesUntil;

    /// @param listeners the table that it is to leave when it is closed
    TcpListener(
            TcpContext context,
            ConnectionTable table,
            PortTable<TcpListener> listeners,
            @Nullable IpAddress address,
            int port,
            int backlog,
            TcpOptions options) {
        this.context = context;
        this.table = table;
        this.listeners = listeners;
        this.address = address;
        this.port = port;
        this.backlog = Math.max(1, backlog);
        this.options = options;
    }

    @Override
    public @Nullable IpAddress address() {
        return address;
    }

    @Override
    public int port() {
        return port;
    }

    /// A segment for this port that belongs to no connection (RFC 9293 §3.10.7.2).
    ///
    /// @param leastSequence the initial sequence number has to be after it, if `isReuse`
    void receive(
            long now, FourTuple pair, long hash, TcpSegment s, boolean isReuse, int leastSequence) {
        if (s.isReset()) return;
        if (s.isAck()) {
            if (!acceptCookie(now, pair, hash, s)) context.stateless.refuse(now, pair, s);
            return;
        }
        if (!s.isSyn() || s.isFin()) return; // no connection begins with its end
        boolean isFull;
        synchronized (this) {
            if (isClosed || done.size() >= backlog || context.pool.isFull()) {
                context.counters.count(Counter.TCP_LISTEN_OVERFLOWS);
                return;
            }
            isFull = pending.size() >= MAX_PENDING;
            if (isFull && options.synCookies()) {
                hasSentCookies = true;
                cookiesUntil = now + COOKIE_LIFETIME;
            }
        }
        if (isFull) {
            answerWithoutState(now, pair, hash, s);
            return;
        }
        int sequence = context.initialSequence(now, hash);
        if (isReuse && sequence - leastSequence <= 0) sequence = leastSequence + BEYOND_OLD;
        TcpConnection c = new TcpConnection(context, table, pair, hash, sequence, options, this);
        synchronized (this) {
            pending.add(c);
        }
        begin(now, c, s);
    }

    private void begin(long now, TcpConnection c, TcpSegment s) {
        SegmentHandler.negotiate(c, now, s);
        int both = TransportHeader.ECE | TransportHeader.CWR;
        c.ecn = (s.flags & both) == both;
        c.sender.updateWindow(0, 0, s.window, true);
        if (table.add(c)) c.begin(now);
        else lost(c);
    }

    private void answerWithoutState(long now, FourTuple pair, long hash, TcpSegment s) {
        if (!options.synCookies()) {
            context.counters.count(Counter.TCP_LISTEN_OVERFLOWS);
            return;
        }
        context.counters.count(Counter.TCP_SYN_COOKIES_SENT);
        int size = s.maxSegment < 0 ? (pair.isV6() ? 1220 : 536) : s.maxSegment;
        boolean stamps = options.timestamps() && s.hasTimestamps;
        boolean sack = stamps && options.selectiveAck() && s.maySack;
        boolean scaled = stamps && s.windowShift >= 0;
        Receiver like = new Receiver(context.pool, context.counters, options.receiveBuffer());
        int value = new TcpTimestamps(context.timestampOffset(hash)).value(now);
        context.stateless.synAck(
                pair,
                context.cookies.make(now, hash, s.sequence, size),
                s,
                context.offeredSegment(pair.isV6()),
                like.synWindow(),
                sack,
                stamps,
                SynCookies.stamp(value, scaled ? s.windowShift : -1, sack),
                scaled ? like.wantedShift() : -1);
    }

    /// An acknowledgement without a connection may carry a cookie.
    private boolean acceptCookie(long now, FourTuple pair, long hash, TcpSegment s) {
        synchronized (this) {
            if (!hasSentCookies || now > cookiesUntil || s.isSyn()) return false;
        }
        int peerSequence = s.sequence - 1, cookie = s.acknowledgement - 1;
        int size = context.cookies.check(now, hash, peerSequence, cookie);
        if (size < 0) return false;
        TcpConnection c = new TcpConnection(context, table, pair, hash, cookie, options, this);
        synchronized (this) {
            if (isClosed || done.size() >= backlog || context.pool.isFull()) {
                context.counters.count(Counter.TCP_LISTEN_OVERFLOWS);
                return true;
            }
            pending.add(c);
        }
        c.beginEstablished(() -> restore(now, c, s, peerSequence, size));
        if (!table.add(c)) {
            lost(c);
            return true;
        }
        context.counters.count(Counter.TCP_SYN_COOKIES_ACCEPTED);
        c.receive(now, s);
        c.endRun(now);
        return true;
    }

    /// Has the connection be as after the SYN that the cookie answered.
    private static void restore(
            long now, TcpConnection c, TcpSegment s, int peerSequence, int maxSegment) {
        int sequence = s.sequence;
        s.sequence = peerSequence;
        s.maxSegment = maxSegment;
        s.maySack = s.hasTimestamps && SynCookies.sack(s.timestampEcho);
        s.windowShift = s.hasTimestamps ? SynCookies.shift(s.timestampEcho) : -1;
        SegmentHandler.negotiate(c, now, s);
        s.sequence = sequence;
        c.sender.sent(now, 1, 1);
    }

    /// The handshake of `c` is done.
    ///
    /// @return false when the backlog is full, so that it is not done yet
    boolean established(TcpConnection c) {
        synchronized (this) {
            if (done.size() >= backlog) {
                context.counters.count(Counter.TCP_LISTEN_OVERFLOWS);
                return false;
            }
            if (isClosed || !pending.remove(c)) return false;
            done.add(c);
        }
        context.counters.count(Counter.TCP_ACCEPTS);
        context.scheduler.news(this);
        return true;
    }

    /// A connection that was not accepted has ended.
    synchronized void lost(TcpConnection c) {
        if (!pending.remove(c)) done.remove(c);
    }

    @Override
    public @Nullable Connection accept() {
        while (true) {
            TcpConnection c;
            synchronized (this) {
                c = done.poll();
            }
            if (c == null) return null;
            c.accepted();
            if (c.state() != ConnectionState.CLOSED || c.available() > 0) return c;
        }
    }

    @Override
    public synchronized boolean isAcceptable() {
        return !done.isEmpty();
    }

    @Override
    public void close(long now) {
        close(now, Ending.Reason.ABORTED);
        context.scheduler.deliver();
    }

    /// Ends listening for this reason, and tells nobody yet.
    public void close(long now, Ending.Reason reason) {
        List<TcpConnection> all;
        synchronized (this) {
            if (isClosed) return;
            isClosed = true;
            all = new ArrayList<>(pending);
            all.addAll(done);
            done.clear();
        }
        listeners.remove(this);
        for (TcpConnection c : all) c.abort(now, reason);
    }

    @Override
    protected boolean transmit(long now, PacketWriter out) {
        return false;
    }

    @Override
    protected void deliver(StackEvents events) {
        events.acceptable(this);
    }

    private static final int MAX_PENDING = 256;
    private static final int BEYOND_OLD = 65_535 + 2;
    private static final long COOKIE_LIFETIME = 128_000_000_000L;
}
