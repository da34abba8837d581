package dev.adit.device.pipeline;

import dev.adit.protocol.address.Endpoint;
import dev.adit.protocol.tunnel.Peer;
import dev.adit.protocol.tunnel.Wants.News;
import dev.adit.protocol.verdict.DropReason;
import dev.adit.protocol.wire.Message;

import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicLong;

/// What a device tells its administrator, in the words that the manuals list. Thread-safe.
///
/// Whatever a stranger on the network can cause is at debug level, and dropped data packets are
/// reported once a second at the most: the counters have all of them.
public final class Journal {
    private final System.Logger log;
    private final AtomicLong nextDataReport = new AtomicLong();

    public Journal(String interfaceName) {
        log = System.getLogger("adit." + interfaceName);
    }

    public void error(String message) {
        log.log(Level.ERROR, message);
    }

    public void error(String message, Throwable cause) {
        log.log(Level.ERROR, message, cause);
    }

    public void debug(String message) {
        log.log(Level.DEBUG, message);
    }

    private boolean quiet() {
        return !log.isLoggable(Level.DEBUG);
    }

    void news(Peer peer, News news, int number) {
        if (quiet()) return;
        debug(
                switch (news) {
                    case RETRYING ->
                            "Handshake for %s did not complete after 5 seconds, retrying (try %d)"
                                    .formatted(peer, number);
                    case GAVE_UP ->
                            "Handshake for %s did not complete after %d attempts, giving up"
                                    .formatted(peer, number);
                    case STOPPED_HEARING ->
                            "Retrying handshake with %s because we stopped hearing back after %d seconds"
                                    .formatted(peer, number);
                    case KEYS_ERASED ->
                            "Zeroing out all keys for %s, since we haven't received a new one in %d seconds"
                                    .formatted(peer, number);
                    case SESSION_ESTABLISHED ->
                            "Keypair %s created for %s"
                                    .formatted(Integer.toUnsignedString(number), peer);
                });
    }

    void sendingInitiation(Peer peer) {
        if (!quiet()) debug("Sending handshake initiation to " + peer);
    }

    void sendingResponse(Peer peer) {
        if (!quiet()) debug("Sending handshake response to " + peer);
    }

    void sendingCookie(Endpoint to) {
        if (!quiet()) debug("Sending cookie response for denied handshake message for " + to);
    }

    void received(int type, Peer peer) {
        if (quiet()) return;
        switch (type) {
            case Message.INITIATION -> debug("Receiving handshake initiation from " + peer);
            case Message.RESPONSE -> debug("Receiving handshake response from " + peer);
            default -> debug("Receiving cookie response from " + peer);
        }
    }

    void dropped(int type, DropReason reason, Endpoint from) {
        if (quiet()) return;
        String message =
                switch (type) {
                    case Message.INITIATION -> "initiation";
                    case Message.RESPONSE -> "response";
                    default -> "cookie response";
                };
        debug(
                switch (reason) {
                    case INVALID_MAC -> "Invalid " + message + " MAC from " + from;
                    case INVALID_INITIATION, UNKNOWN_PEER ->
                            "Invalid handshake initiation from " + from + ": " + reason.text();
                    case INVALID_RESPONSE, UNKNOWN_INDEX ->
                            "Invalid handshake " + message + " from " + from;
                    default ->
                            "Dropping handshake "
                                    + message
                                    + " from "
                                    + from
                                    + ": "
                                    + reason.text();
                });
    }

    /// True once a second, for reports on single data packets; then the caller makes one.
    boolean mayReportData(long now) {
        if (quiet()) return false;
        long next = nextDataReport.get();
        return now >= next && nextDataReport.compareAndSet(next, now + 1_000_000_000L);
    }
}
