package dev.adit.device.listener;

import dev.adit.device.event.DeviceEvent;
import dev.adit.device.event.DeviceListener;
import dev.adit.device.event.DroppedPacket;
import dev.adit.device.listener.LogLimits.Subject;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.port.Offload;
import dev.adit.ip.port.SendException;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PeerIdentity;

import java.time.Duration;
import java.util.function.LongSupplier;

/// The log of a device, in messages that also appear in the manuals of the BSDs. Thread-safe.
///
/// Info level has the events of a working device that an administrator wants to know: start and
/// end, sessions, and endpoints that move. Everything that a stranger on the network can cause is
/// at debug level, and limited to a few messages a second: the counters have all of it. While
/// logging is off, an event costs the reading of a field.
public final class DeviceLog implements DeviceListener {
    private final LogWriter log;
    private final LogLimits limits;
    private final SessionLog sessions;
    private final DropLog drops;

    /// @param clock nanoseconds since the device was started
    public DeviceLog(String interfaceName, LongSupplier clock) {
        log = new LogWriter(interfaceName);
        limits = new LogLimits(clock);
        sessions = new SessionLog(log, limits);
        drops = new DropLog(log, limits);
    }

    /// Switches debug messages on, even if the logger leaves them out, or off.
    public void debugging(boolean on) {
        log.debugging(on);
    }

    /// True while debug messages are written.
    public boolean isDebugging() {
        return log.isDebugging();
    }

    /// Logs an error that is no event of the device.
    public void error(String message) {
        log.error(message);
    }

    /// Logs an error that is no event of the device.
    public void error(String message, Throwable cause) {
        log.error(message, cause);
    }

    /// Logs a peer that existed before the messages were switched on.
    public void known(PeerIdentity peer) {
        if (log.isDebugging())
            log.debug("Peer %d is %s".formatted(peer.number(), peer.publicKey()));
    }

    // ---- on the data path

    @Override
    public void dropped(DropReason reason, PeerIdentity peer, int packets, DroppedPacket packet) {
        drops.dropped(reason, peer, packet);
    }

    @Override
    public void keepaliveReceived(PeerIdentity peer) {
        if (may(Subject.KEEPALIVE)) log.debug("Receiving keepalive packet from " + peer);
    }

    @Override
    public void cookieSent(Endpoint to) {
        if (may(Subject.SENDING_COOKIE)) {
            log.debug("Sending cookie response for denied handshake message for " + to);
        }
    }

    @Override
    public void sendRefused(PeerIdentity peer, Endpoint to, SendException cause) {
        if (log.isDebugging() && limits.takeForData()) {
            log.debug("Unable to send packet to " + to + ": " + cause.getMessage());
        }
    }

    private boolean may(Subject subject) {
        return log.isDebugging() && limits.take(subject);
    }

    // ---- events

    @Override
    public void event(DeviceEvent event) {
        if (log.isInforming()) sessions.note(event);
        switch (event) {
            case DeviceEvent.Failed(Throwable cause) -> log.error("Device failed", cause);
            case DeviceEvent.SocketsFailed(String reason) ->
                    log.error("Unable to initialize sockets: " + reason);
            case DeviceEvent.InterfaceSetDown() ->
                    log.error("Interface set down, because it has no sockets");
            case DeviceEvent.ClockSetBack(Duration by) -> clockSetBack(by);
            case DeviceEvent.InterfaceUp() -> log.info("Interface up requested");
            case DeviceEvent.InterfaceDown() -> {
                log.info("Interface down requested");
                sessions.clear();
            }
            case DeviceEvent.InterfaceRemoved() -> log.info("Interface removed");
            case DeviceEvent.SocketsOpened opened -> opened(opened);
            case DeviceEvent.PeerRemoved(PeerIdentity peer) -> {
                sessions.forget(peer);
                debug(event);
            }
            default -> debug(event);
        }
    }

    private void debug(DeviceEvent event) {
        if (!log.isDebugging() || !isWithinLimits(event)) return;
        if (event instanceof DeviceEvent.Started started) started(started);
        else log.debug(EventMessages.of(event));
    }

    /// The other events come at the pace of our timers, or of changes of the configuration.
    private boolean isWithinLimits(DeviceEvent event) {
        return switch (event) {
            case DeviceEvent.EndpointMoved moved ->
                    false; // at info level, for a peer with a session
            case DeviceEvent.SourceForgotten forgotten -> limits.takeForData();
            case DeviceEvent.SessionEstablished established -> limits.take(Subject.SESSION);
            case DeviceEvent.HandshakeReceived received -> limits.take(Subject.ACCEPTED);
            case DeviceEvent.HandshakeSent(
                            PeerIdentity peer,
                            DeviceEvent.HandshakeMessage message) ->
                    message == DeviceEvent.HandshakeMessage.INITIATION
                            || limits.take(Subject.SENDING_RESPONSE);
            default -> true;
        };
    }

    private void started(DeviceEvent.Started started) {
        if (started.cryptoThreads() > 0) {
            log.debug(
                    "Crypto threads: %d, queues of the TUN: %d"
                            .formatted(started.cryptoThreads(), started.queues()));
        }
        log.debug("Interface created");
        log.debug("Cryptography of " + started.cryptography());
        started.notes().forEach(log::debug);
    }

    private void opened(DeviceEvent.SocketsOpened opened) {
        log.info("UDP bind has been updated, port " + opened.port());
        log.debug("Offloads of the TUN: " + Offload.text(opened.tunOffloads()));
        log.debug("Offloads of the sockets: " + Offload.text(opened.socketOffloads()));
    }

    private void clockSetBack(Duration by) {
        if (by.compareTo(SLEWED) < 0) return;
        log.error(
                "The clock was set back by "
                        + by.toSeconds()
                        + " s: handshakes go on with timestamps after the last one. A restart"
                        + " within that time would have peers refuse them as replayed");
    }

    /// The largest step that is ignored, because clocks are corrected all the time.
    private static final Duration SLEWED = Duration.ofSeconds(1);
}
