package dev.adit.stack.tcp;

import dev.adit.ip.header.IpPacket;
import dev.adit.stack.schedule.Scheduler;
import dev.adit.stack.socket.ConnectionState;
import dev.adit.stack.socket.Ending;
import dev.adit.stack.stats.Counter;

/// The timers of a connection: retransmission and probes (kept by its [Sender]), delayed
/// acknowledgement, keepalive, user timeout, FIN-WAIT-2. Guarded by the connection.
final class ConnectionTimers {
    private final ControlBlock c;
    private long registered = Scheduler.NEVER; // what the scheduler knows
    private long delayedAckAt = Scheduler.NEVER;
    private long keepAliveAt = Scheduler.NEVER;
    private long finWait2At = Scheduler.NEVER;
    private int keepAliveProbes;
    private long lastHeard;
    private long progressAt; // when something was acknowledged, or first waited for it

    ConnectionTimers(ControlBlock connection) {
        c = connection;
    }

    /// A segment came from the peer.
    void heard(long now) {
        lastHeard = now;
        keepAliveProbes = 0;
    }

    /// Sent data was acknowledged, or begins to wait for it.
    void progress(long now) {
        progressAt = now;
    }

    void delayAck(long now) {
        if (delayedAckAt == Scheduler.NEVER) delayedAckAt = now + DELAYED_ACK;
    }

    void ackSent() {
        delayedAckAt = Scheduler.NEVER;
    }

    void finWait2(long now) {
        finWait2At = now + FIN_WAIT_2;
    }

    /// Options have changed, or the connection was established.
    void configured(long now) {
        keepAliveAt = c.options.keepAlive() ? now + c.options.keepAliveIdle() : Scheduler.NEVER;
    }

    void stop() {
        c.sender.stopTimers();
        delayedAckAt = keepAliveAt = finWait2At = Scheduler.NEVER;
    }

    /// Tells the scheduler the earliest deadline, if it does not know one as early.
    void schedule() {
        long at = Math.min(c.sender.deadline(), Math.min(delayedAckAt, keepAliveAt));
        at = Math.min(at, Math.min(finWait2At, userTimeoutAt()));
        if (at >= registered) return;
        registered = at;
        c.context.scheduler.schedule(c, at);
    }

    private long userTimeoutAt() {
        long timeout = c.options.userTimeout();
        boolean waits = c.sender.ranges.count() > 0 || c.sender.unsent() > 0;
        return timeout == 0 || !waits || !c.isLive() ? Scheduler.NEVER : progressAt + timeout;
    }

    void expire(long now) {
        registered = Scheduler.NEVER;
        if (!c.isLive()) return;
        if (userTimeoutAt() <= now || finWait2At <= now) {
            if (finWait2At <= now) c.end(Ending.Reason.FINISHED, 0);
            else c.reset(Ending.Reason.TIMED_OUT);
            return;
        }
        Sender sender = c.sender;
        if (delayedAckAt <= now) {
            delayedAckAt = Scheduler.NEVER;
            c.acknowledgeNow();
        }
        if (sender.reorderingAt <= now) {
            long wait = sender.recovery.detectLate(now);
            sender.reorderingAt = wait > 0 ? now + wait : Scheduler.NEVER;
        }
        if (sender.probeAt <= now) {
            sender.probeAt = Scheduler.NEVER;
            if (sender.recovery.mayProbe()) {
                sender.isProbeDue = true;
                sender.timeoutAt = now + sender.rtt.timeout(); // in place of a timeout due now
            }
        }
        if (sender.timeoutAt <= now) retransmissionTimeout(now);
        if (c.isLive() && sender.persistAt <= now) persistTimeout();
        if (c.isLive() && keepAliveAt <= now) keepAlive(now);
    }

    private void retransmissionTimeout(long now) {
        Sender sender = c.sender;
        sender.timeoutAt = sender.probeAt = sender.reorderingAt = Scheduler.NEVER;
        if (sender.ranges.count() == 0) return;
        if (++sender.unanswered > limit()) {
            c.reset(Ending.Reason.TIMED_OUT);
            return;
        }
        if (c.state.isSynchronized()) {
            suspectBlackHole(now);
            sender.recovery.timedOut();
        } else {
            sender.ranges.markAllLost();
            c.isSynOwed = true;
        }
        sender.rtt.backOff();
        sender.timeoutAt = now + sender.rtt.timeout();
    }

    private int limit() {
        if (c.state == ConnectionState.SYN_SENT) return SYN_RETRIES;
        if (c.state == ConnectionState.SYN_RECEIVED) return SYN_ACK_RETRIES;
        return c.isReleased ? ORPHAN_RETRIES : RETRIES;
    }

    /// Two timeouts in a row for a large segment: perhaps it is too large for the path, and no ICMP
    /// error says so (RFC 4821).
    private void suspectBlackHole(long now) {
        Sender sender = c.sender;
        int smaller =
                sender.segment() > FIRST_TRY ? FIRST_TRY : c.pair.isV6() ? V6_LEAST : V4_LEAST;
        if (c.pair.isV6()) smaller = Math.max(smaller, V6_LEAST);
        boolean isLarge = sender.ranges.end(0) - sender.ranges.una() > smaller;
        if (!isLarge || sender.rtt.backoffs() < 1 || sender.segment() <= smaller) return;
        int headers = IpPacket.V6_HEADER; // IPv4 and TCP together have as many
        int mtu = smaller + (c.pair.isV6() ? headers + 20 : headers);
        c.context.counters.count(Counter.TCP_BLACK_HOLES);
        PathMtuChange.apply(c, now, c.context.pathMtus.lower(now, c.pair.remoteAddress(), mtu));
    }

    private void persistTimeout() {
        Sender sender = c.sender;
        sender.persistAt = Scheduler.NEVER;
        if (++sender.unanswered > limit()) {
            c.reset(Ending.Reason.TIMED_OUT);
            return;
        }
        sender.persistProbes++;
        sender.isPersistDue = true;
    }

    private void keepAlive(long now) {
        keepAliveAt = Scheduler.NEVER;
        if (!c.options.keepAlive() || !c.state.isSynchronized()) return;
        long idle = now - lastHeard;
        boolean waits = c.sender.ranges.count() > 0 || c.sender.unsent() > 0;
        if (idle < c.options.keepAliveIdle() || waits) {
            long quiet = waits ? 0 : idle;
            keepAliveAt = now + c.options.keepAliveIdle() - quiet;
            return;
        }
        if (keepAliveProbes >= c.options.keepAliveCount()) {
            c.reset(Ending.Reason.TIMED_OUT);
            return;
        }
        keepAliveProbes++;
        c.isProbeOwed = true;
        keepAliveAt = now + c.options.keepAliveInterval();
    }

    /// There is a way to the peer again.
    void resume(long now) {
        Sender sender = c.sender;
        if (sender.ranges.count() > 0 && sender.rtt.backoffs() > 0) {
            sender.rtt.forgetBackoff();
            if (c.state.isSynchronized()) sender.recovery.resend();
            else {
                sender.ranges.markAllLost();
                c.isSynOwed = true;
            }
            sender.timeoutAt = now + sender.rtt.timeout();
            return;
        }
        if (sender.persistAt == Scheduler.NEVER || sender.persistProbes == 0) return;
        sender.persistProbes = 0;
        sender.persistAt = Scheduler.NEVER;
        sender.isPersistDue = true;
    }

    private static final long DELAYED_ACK = 40_000_000L;
    private static final long FIN_WAIT_2 = 60_000_000_000L;
    private static final int SYN_RETRIES = 6;
    private static final int SYN_ACK_RETRIES = 5;
    private static final int RETRIES = 15;
    private static final int ORPHAN_RETRIES = 16;
    private static final int FIRST_TRY = 1024;
    private static final int V4_LEAST = 536;
    private static final int V6_LEAST = 1220;
}
