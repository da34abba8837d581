package dev.adit.device.pipeline;

import dev.adit.ip.address.Endpoint;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.tunnel.Actions.PeerEvent;
import dev.adit.protocol.tunnel.Peer;
import dev.adit.protocol.wire.Message;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// The log of a device, in messages that also appear in the manuals of the BSDs. Thread-safe.
///
/// Info level has the events of a working device that an administrator wants to know: start and
/// end, sessions, and endpoints that move. Everything that a stranger on the network can cause is
/// at debug level, and limited to a few messages a second: the counters have all of it. While
/// logging is off, a message costs the reading of a field.
///
/// Debug messages that are switched on at run time, although the logger leaves them out, go to a
/// logger of their own, `adit.debug.INTERFACE`, at info level.
public final class DeviceLog {
    private final System.Logger log;
    private final System.Logger asked;
    private final SessionLog sessions = new SessionLog(this);
    private final AtomicLong nextDataReport = new AtomicLong();
    private final LogRateLimit[] limits = new LogRateLimit[Subject.values().length];

    /// The destination of debug messages, or null while they are switched off.
    private volatile Target target;

    private record Target(System.Logger log, Level level) {
        boolean isLoggable() {
            return log.isLoggable(level);
        }

        void write(String message) {
            log.log(level, message);
        }
    }

    public DeviceLog(String interfaceName) {
        log = System.getLogger("adit." + interfaceName);
        asked = System.getLogger("adit.debug." + interfaceName);
        target = new Target(log, Level.DEBUG);
        for (int i = 0; i < limits.length; i++) limits[i] = new LogRateLimit(BURST, PERIOD);
    }

    /// Switches debug messages on, even if the logger leaves them out, or off.
    public void debugging(boolean on) {
        if (!on) target = null;
        else if (log.isLoggable(Level.DEBUG)) target = new Target(log, Level.DEBUG);
        else target = new Target(asked, Level.INFO);
    }

    /// True while debug messages are written.
    public boolean isDebugging() {
        return !quiet();
    }

    private boolean quiet() {
        Target now = target;
        return now == null || !now.isLoggable();
    }

    /// True when messages at info level are written.
    boolean isInforming() {
        return log.isLoggable(Level.INFO) || !quiet();
    }

    /// Logs an event of a working device that an administrator wants to know.
    public void info(String message) {
        if (log.isLoggable(Level.INFO)) log.log(Level.INFO, message);
        else debug(message);
    }

    public void error(String message) {
        log.log(Level.ERROR, message);
    }

    public void error(String message, Throwable cause) {
        log.log(Level.ERROR, message, cause);
    }

    public void debug(String message) {
        Target now = target;
        if (now != null) now.write(message);
    }

    /// Logs that the time of day has gone back.
    void clockWentBack(Duration by) {
        if (by.compareTo(SLEWED) < 0) return;
        error(
                "The clock was set back by "
                        + by.toSeconds()
                        + " s: handshakes go on with timestamps after the last one. A restart"
                        + " within that time would have peers refuse them as replayed");
    }

    /// Logs that a peer was added.
    public void created(Peer peer) {
        if (!quiet()) debug("Peer %d created: %s".formatted(peer.number(), peer.publicKey()));
    }

    /// Logs a peer that existed before the messages were switched on.
    public void known(Peer peer) {
        if (!quiet()) debug("Peer %d is %s".formatted(peer.number(), peer.publicKey()));
    }

    /// Logs an event that concerns the name of a peer's endpoint.
    public void ofName(Peer peer, String what) {
        if (!quiet()) debug("Endpoint of %s: %s".formatted(peer, what));
    }

    /// Logs that a peer was removed.
    public void destroyed(Peer peer) {
        sessions.forget(peer);
        if (!quiet()) debug("Peer %d destroyed".formatted(peer.number()));
    }

    /// Logs that the interface went down, and with it all sessions.
    void down() {
        sessions.clear();
    }

    /// Logs that a data packet has come from `endpoint`, which differs from the previous one.
    void endpoint(long now, Peer peer, Endpoint endpoint) {
        if (isInforming()) sessions.endpoint(now, peer, endpoint);
    }

    void news(long now, Peer peer, PeerEvent event, int number) {
        if (isInforming()) sessions.news(now, peer, event, number);
        if (quiet()) return;
        // The others come at the pace of our timers.
        if (event == PeerEvent.SESSION_ESTABLISHED && !may(now, Subject.SESSION)) return;
        debug(
                switch (event) {
                    case RETRYING ->
                            "Handshake for %s did not complete after 5 seconds, retrying (try %d)"
                                    .formatted(peer, number);
                    case GAVE_UP ->
                            "Handshake for %s did not complete after %d retries, giving up"
                                    .formatted(peer, number);
                    case STOPPED_HEARING ->
                            "Retrying handshake with %s because we stopped hearing back after %d seconds"
                                    .formatted(peer, number);
                    case NO_ANSWER -> "No answer from %s for %d seconds".formatted(peer, number);
                    case KEYS_ERASED ->
                            "Zeroing out keys for %s, since we haven't received a new one in %d seconds"
                                    .formatted(peer, number);
                    case SESSION_ESTABLISHED ->
                            "Keypair %s created for %s"
                                    .formatted(Integer.toUnsignedString(number), peer);
                });
    }

    void sendingInitiation(Peer peer) {
        if (!quiet()) debug("Sending handshake initiation to " + peer);
    }

    void sendingResponse(long now, Peer peer) {
        if (may(now, Subject.SENDING_RESPONSE)) debug("Sending handshake response to " + peer);
    }

    void sendingCookie(long now, Endpoint to) {
        if (may(now, Subject.SENDING_COOKIE)) {
            debug("Sending cookie response for denied handshake message for " + to);
        }
    }

    void sendingKeepalive(Peer peer) {
        if (!quiet()) debug("Sending keepalive packet to " + peer);
    }

    void received(long now, int type, Peer peer) {
        if (!may(now, Subject.ACCEPTED)) return;
        switch (type) {
            case Message.INITIATION -> debug("Receiving handshake initiation from " + peer);
            case Message.RESPONSE -> debug("Receiving handshake response from " + peer);
            default -> debug("Receiving cookie response from " + peer);
        }
    }

    void receivedKeepalive(long now, Peer peer) {
        if (may(now, Subject.KEEPALIVE)) debug("Receiving keepalive packet from " + peer);
    }

    /// Logs that a handshake message or cookie reply was dropped.
    void dropped(long now, int type, DropReason reason, Endpoint from) {
        if (mayReportDropped(now, reason)) dropped(type, reason, from);
    }

    /// True a few times a second: then the caller logs the drop.
    boolean mayReportDropped(long now, DropReason reason) {
        Subject subject =
                switch (reason) {
                    case INVALID_MAC -> Subject.INVALID_MAC;
                    case RATE_LIMITED -> Subject.RATE_LIMITED;
                    case INTERFACE_DOWN, HANDSHAKE_QUEUE_FULL -> Subject.DROPPED;
                    default -> Subject.INVALID;
                };
        return may(now, subject);
    }

    /// Logs a drop for which [#mayReportDropped] was true.
    void dropped(int type, DropReason reason, Endpoint from) {
        debug(DropMessages.ofDropped(type, reason, from));
    }

    /// True once a second, for reports on single data packets; then the caller logs one.
    boolean mayReportData(long now) {
        if (quiet()) return false;
        long next = nextDataReport.get();
        return now >= next && nextDataReport.compareAndSet(next, now + PERIOD);
    }

    /// True a few times a second, for [SessionLog].
    boolean mayInform(long now) {
        return limits[Subject.INFORMATION.ordinal()].take(now);
    }

    private boolean may(long now, Subject subject) {
        return !quiet() && limits[subject.ordinal()].take(now);
    }

    /// The kinds of messages that others can cause at will; each has a limit of its own, so that
    /// the noise of one does not hide another.
    private enum Subject {
        INFORMATION,
        SENDING_RESPONSE,
        SENDING_COOKIE,
        ACCEPTED,
        SESSION,
        KEEPALIVE,
        INVALID_MAC,
        RATE_LIMITED,
        INVALID,
        DROPPED
    }

    /// The largest step that is ignored, because clocks are corrected all the time.
    private static final Duration SLEWED = Duration.ofSeconds(1);

    private static final int BURST = 10;
    private static final long PERIOD = 1_000_000_000L; // nanoseconds
}
