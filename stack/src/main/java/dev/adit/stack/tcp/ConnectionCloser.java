package dev.adit.stack.tcp;

import dev.adit.stack.socket.ConnectionState;
import dev.adit.stack.socket.Ending;
import dev.adit.stack.stats.Counter;

/// Ends a connection: in order, by a reset, or because its program has given it up (RFC 9293 §3.6,
/// §3.10.4, §3.10.5). Stateless; the connection's monitor is held.
final class ConnectionCloser {
    /// The connection is over.
    static void end(ControlBlock c, Ending.Reason reason, int code) {
        if (c.ending != null) return;
        c.ending = new Ending(reason, code);
        if (c.state != ConnectionState.TIME_WAIT) {
            c.state = ConnectionState.CLOSED;
            c.acksOwed = 0;
        }
        c.isSynOwed = c.isProbeOwed = false;
        c.sender.discard();
        c.timers.stop();
        c.receiver.endStream();
        if (c.isReleased || !c.isAccepted()) c.receiver.discard();
        if (c.isReleased && reason != Ending.Reason.ABORTED) c.context.orphanGone();
        c.leave();
        c.news(ControlBlock.READABLE | ControlBlock.WRITABLE | ControlBlock.ENDED);
    }

    /// Sends a reset and ends.
    static void reset(ControlBlock c, Ending.Reason reason) {
        if (c.state.isSynchronized() || c.state == ConnectionState.SYN_RECEIVED) {
            c.context.stateless.reset(c.pair, c.sender.sequence(c.sender.ranges.nxt()), c.receiver);
        }
        if (c.isReleased && reason == Ending.Reason.ABORTED) c.context.orphanGone();
        end(c, reason, 0);
    }

    /// Sends FIN behind what was written.
    static void finish(ControlBlock c, long now) {
        if (c.sender.isFinQueued()) return;
        c.sender.queueFin();
        if (c.state == ConnectionState.ESTABLISHED) c.state = ConnectionState.FIN_WAIT_1;
        else if (c.state == ConnectionState.CLOSE_WAIT) c.state = ConnectionState.LAST_ACK;
        if (c.state.isSynchronized()) c.flush(now);
    }

    /// The program has closed the connection.
    static void release(ControlBlock c, long now) {
        if (c.isReleased) return;
        boolean hasUnread = c.receiver.available() > 0;
        c.receiver.discard();
        if (c.ending != null) {
            c.isReleased = true;
        } else if (hasUnread || c.state == ConnectionState.SYN_SENT) {
            reset(c, Ending.Reason.ABORTED);
            c.isReleased = true;
        } else {
            c.isReleased = true;
            finish(c, now);
            if (!c.context.orphanAdded()) {
                c.context.counters.count(Counter.TCP_ORPHANS_RESET);
                reset(c, Ending.Reason.ABORTED);
                return;
            }
            if (c.state == ConnectionState.FIN_WAIT_2) c.timers.finWait2(now);
            c.flush(now);
        }
    }

    private ConnectionCloser() {}
}
