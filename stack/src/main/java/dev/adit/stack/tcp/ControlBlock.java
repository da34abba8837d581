package dev.adit.stack.tcp;

import dev.adit.stack.congestion.Cubic;
import dev.adit.stack.congestion.NewReno;
import dev.adit.stack.schedule.Schedulable;
import dev.adit.stack.schedule.Scheduler;
import dev.adit.stack.socket.ConnectionState;
import dev.adit.stack.socket.Ending;
import dev.adit.stack.socket.FourTuple;
import dev.adit.stack.socket.TcpOptions;
import dev.adit.stack.stats.Counter;

import org.jspecify.annotations.Nullable;

/// The state of a connection (the TCB of RFC 9293 §3.3.1), which the handlers of segments, timers
/// and output share.
///
/// Fields that are not final are guarded by the monitor of the [TcpConnection] that this is; the
/// volatile ones can be read without.
abstract class ControlBlock extends Schedulable {
    final TcpContext context;
    final FourTuple pair;
    private final long hash;
    volatile boolean isLive = true;

    TcpOptions options;
    volatile ConnectionState state;
    final Sender sender;
    final Receiver receiver;
    final TcpTimestamps timestamps;
    final ConnectionTimers timers;
    final boolean isPassive;

    int peerSegment; // the peer's MSS option
    int pathMtu;
    long pathMtuUntil = Scheduler.NEVER;
    boolean sack;
    boolean isScaled; // both sides scale windows
    boolean ecn;
    boolean ecnEcho; // the peer has to hear of CE until it answers with CWR
    boolean isCwrOwed;
    boolean isReleased; // the program has closed it

    boolean isSynOwed;
    int acksOwed;
    boolean isProbeOwed; // an empty segment that asks for an acknowledgement
    long unacknowledged; // bytes received since the last acknowledgement
    int quickAcks = QUICK_ACKS;
    int ipId;
    final int flowLabel;
    private long challengesUntil;
    private int challenges;

    @Nullable Ending ending;
    int lastError;
    int news; // what the program has not been told yet
    long bytesSent;
    long bytesReceived;
    long retransmissions;

    /// @param isPassive true when the peer began the connection
    ControlBlock(
            TcpContext context,
            FourTuple pair,
            long hash,
            int initialSequence,
            TcpOptions options,
            boolean isPassive) {
        this.context = context;
        this.pair = pair;
        this.hash = hash;
        this.options = options;
        this.isPassive = isPassive;
        state = isPassive ? ConnectionState.SYN_RECEIVED : ConnectionState.SYN_SENT;
        sender =
                new Sender(
                        initialSequence,
                        context.pool,
                        context.counters,
                        options.cubic() ? new Cubic() : new NewReno(),
                        options.sendBuffer());
        receiver = new Receiver(context.pool, context.counters, options.receiveBuffer());
        timestamps = new TcpTimestamps(context.timestampOffset(hash));
        timers = new ConnectionTimers(this);
        flowLabel = Math.max(1, (int) (hash >>> 32) & 0xfffff);
        ipId = (int) (hash >>> 48);
    }

    final long hash() {
        return hash;
    }

    final boolean isLive() {
        return isLive;
    }

    final void acknowledgeNow() {
        acksOwed = Math.max(1, acksOwed);
    }

    /// Answers a segment that may be forged, at most ten times a second (RFC 5961 §7).
    final void challenge(long now) {
        if (now >= challengesUntil) {
            challengesUntil = now + SECOND;
            challenges = 0;
        }
        if (++challenges > MAX_CHALLENGES) return;
        context.counters.count(Counter.TCP_CHALLENGE_ACKS);
        acknowledgeNow();
    }

    /// Has the program told.
    final void news(int kind) {
        news |= kind;
        context.scheduler.news(this);
    }

    /// Has what is owed or may be sent now transmitted, and the next deadline kept.
    abstract void flush(long now);

    /// True when the program has the connection, false while it waits to be accepted.
    abstract boolean isAccepted();

    /// The handshake is done.
    ///
    /// @return false when the listener has no room for another connection, so that it is not yet
    abstract boolean completeHandshake();

    /// The connection is over.
    abstract void end(Ending.Reason reason, int code);

    /// Sends a reset and ends.
    abstract void reset(Ending.Reason reason);

    /// Leaves the table, so that segments belong to no connection from now on, and the listener.
    abstract void leave();

    static final int READABLE = 1;
    static final int WRITABLE = 2;
    static final int CONNECTED = 4;
    static final int ENDED = 8;

    private static final int QUICK_ACKS = 16;
    private static final int MAX_CHALLENGES = 10;
    private static final long SECOND = 1_000_000_000L;
}
