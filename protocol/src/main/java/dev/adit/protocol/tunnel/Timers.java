package dev.adit.protocol.tunnel;

import static dev.adit.protocol.tunnel.Limits.KEEPALIVE_TIMEOUT;
import static dev.adit.protocol.tunnel.Limits.MAX_JITTER;
import static dev.adit.protocol.tunnel.Limits.REKEY_TIMEOUT;
import static dev.adit.protocol.tunnel.Limits.SECOND;
import static dev.adit.protocol.tunnel.Limits.SILENT_AFTER;
import static dev.adit.protocol.tunnel.Limits.ZERO_KEYS_AFTER;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;

/// The timers of a peer, as deadlines: the five of the paper (§6), and one that detects silence.
///
/// Only deadlines are stored; a timer that does not run has [#NEVER]. Methods are named after
/// events, as in the kernel's `timers.c`, so that callers report events and all rules are here.
/// Guarded by the peer.
final class Timers {
    /// In the order in which timers that are due at the same time expire.
    enum Timer {
        RETRANSMIT_HANDSHAKE,
        SEND_KEEPALIVE,
        NEW_HANDSHAKE,
        ERASE_KEYS,
        PERSISTENT_KEEPALIVE,
        REPORT_SILENCE
    }

    private final long[] deadline = new long[Timer.values().length];
    private final RandomGenerator jitter;
    private final LongConsumer schedule;
    private long scheduled = NEVER; // when this peer will be looked at
    private boolean running;
    private boolean needAnotherKeepalive;
    private long persistentKeepalive;
    private long unansweredSince; // an initiation, while REPORT_SILENCE is pending

    /// @param schedule called with every deadline that is earlier than the time at which these
    ///   timers would be looked at next
    Timers(RandomGenerator jitter, LongConsumer schedule) {
        this.jitter = jitter;
        this.schedule = schedule;
        Arrays.fill(deadline, NEVER);
    }

    void start() {
        running = true;
    }

    void stop() {
        running = false;
        needAnotherKeepalive = false;
        Arrays.fill(deadline, NEVER);
    }

    boolean isRunning() {
        return running;
    }

    /// Sets the seconds between persistent keepalives, 0 for none.
    void persistentKeepalive(int seconds) {
        persistentKeepalive = seconds * SECOND;
        if (seconds == 0) cancel(Timer.PERSISTENT_KEEPALIVE);
    }

    int persistentKeepalive() {
        return (int) (persistentKeepalive / SECOND);
    }

    /// Records that a packet with data was sent.
    void dataSent(long now) {
        if (!isPending(Timer.NEW_HANDSHAKE)) {
            arm(Timer.NEW_HANDSHAKE, now + KEEPALIVE_TIMEOUT + REKEY_TIMEOUT + jitter());
        }
    }

    /// Records that a packet with data was received.
    void dataReceived(long now) {
        if (isPending(Timer.SEND_KEEPALIVE)) needAnotherKeepalive = true;
        else arm(Timer.SEND_KEEPALIVE, now + KEEPALIVE_TIMEOUT);
    }

    /// Records that a data, keepalive or handshake packet was sent.
    void anyAuthenticatedPacketSent() {
        cancel(Timer.SEND_KEEPALIVE);
    }

    /// Records that a data, keepalive or handshake packet was received.
    void anyAuthenticatedPacketReceived() {
        cancel(Timer.NEW_HANDSHAKE);
        cancel(Timer.REPORT_SILENCE);
    }

    /// Records that a data, keepalive or handshake packet is about to be sent, or was received.
    void anyAuthenticatedPacketTraversal(long now) {
        if (persistentKeepalive != 0) arm(Timer.PERSISTENT_KEEPALIVE, now + persistentKeepalive);
    }

    void handshakeInitiated(long now) {
        arm(Timer.RETRANSMIT_HANDSHAKE, now + REKEY_TIMEOUT + jitter());
        if (isPending(Timer.REPORT_SILENCE)) return; // counted from the first one
        unansweredSince = now;
        arm(Timer.REPORT_SILENCE, now + SILENT_AFTER);
    }

    /// Reports the silence; repeats while initiations go on and nothing is received.
    ///
    /// @return the number of seconds for which initiations have had no answer
    int silence(long now) {
        arm(Timer.REPORT_SILENCE, now + REKEY_TIMEOUT);
        return (int) ((now - unansweredSince) / SECOND);
    }

    /// Whether an initiation was sent that is sent again, or given up, if no response comes.
    boolean awaitsResponse() {
        return isPending(Timer.RETRANSMIT_HANDSHAKE);
    }

    void handshakeComplete() {
        cancel(Timer.RETRANSMIT_HANDSHAKE);
    }

    void sessionDerived(long now) {
        arm(Timer.ERASE_KEYS, now + ZERO_KEYS_AFTER);
    }

    /// Records that the handshake was given up: no new session will replace the remaining keys.
    void handshakeGivenUp(long now) {
        cancel(Timer.SEND_KEEPALIVE);
        cancel(Timer.REPORT_SILENCE);
        if (!isPending(Timer.ERASE_KEYS)) arm(Timer.ERASE_KEYS, now + ZERO_KEYS_AFTER);
    }

    /// Records that the keepalive that was due is sent; another one follows if more data came in
    /// the meantime.
    void keepaliveSent(long now) {
        if (needAnotherKeepalive) {
            needAnotherKeepalive = false;
            arm(Timer.SEND_KEEPALIVE, now + KEEPALIVE_TIMEOUT);
        }
    }

    /// Asks to be looked at again, after all timers that were due have been run.
    void reschedule() {
        scheduled = NEVER;
        for (long d : deadline) scheduled = Math.min(scheduled, d);
        if (scheduled != NEVER) schedule.accept(scheduled);
    }

    /// Stops and returns a timer whose deadline has come; null when there is none.
    @Nullable Timer expire(long now) {
        for (Timer timer : TIMERS) {
            if (deadline[timer.ordinal()] <= now) {
                cancel(timer);
                return timer;
            }
        }
        return null;
    }

    private void arm(Timer timer, long at) {
        if (!running) return;
        deadline[timer.ordinal()] = at;
        if (at < scheduled) {
            scheduled = at;
            schedule.accept(at);
        }
    }

    private void cancel(Timer timer) {
        deadline[timer.ordinal()] = NEVER;
    }

    private boolean isPending(Timer timer) {
        return deadline[timer.ordinal()] != NEVER;
    }

    private long jitter() {
        return jitter.nextLong(MAX_JITTER);
    }

    private static final Timer[] TIMERS = Timer.values();

    static final long NEVER = Long.MAX_VALUE;
}
