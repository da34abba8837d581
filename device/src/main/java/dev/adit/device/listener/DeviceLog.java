package dev.adit.device.listener;

import dev.adit.device.event.DeviceEvent;
import dev.adit.device.event.DeviceEvent.ClockSetBack;
import dev.adit.device.event.DeviceEvent.EndpointMoved;
import dev.adit.device.event.DeviceEvent.Failed;
import dev.adit.device.event.DeviceEvent.HandshakeMessage;
import dev.adit.device.event.DeviceEvent.HandshakeReceived;
import dev.adit.device.event.DeviceEvent.HandshakeSent;
import dev.adit.device.event.DeviceEvent.InterfaceDown;
import dev.adit.device.event.DeviceEvent.InterfaceRemoved;
import dev.adit.device.event.DeviceEvent.InterfaceSetDown;
import dev.adit.device.event.DeviceEvent.InterfaceUp;
import dev.adit.device.event.DeviceEvent.PeerChanged;
import dev.adit.device.event.DeviceEvent.SessionEstablished;
import dev.adit.device.event.DeviceEvent.SocketsFailed;
import dev.adit.device.event.DeviceEvent.SocketsOpened;
import dev.adit.device.event.DeviceEvent.SourceForgotten;
import dev.adit.device.event.DeviceEvent.Started;
import dev.adit.device.event.DeviceListener;
import dev.adit.device.event.DroppedPacket;
import dev.adit.device.listener.LogLimits.Subject;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.port.Offload;
import dev.adit.ip.port.SendException;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PeerIdentity;

import org.jspecify.annotations.Nullable;

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
    public void dropped(
            DropReason reason,
            @Nullable PeerIdentity peer,
            int packets,
            @Nullable DroppedPacket packet) {
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
    public void sendRefused(@Nullable PeerIdentity peer, Endpoint to, SendException cause) {
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
        sessions.note(event);
        if (event instanceof Failed(Throwable cause)) {
            log.error(event.text(), cause);
        } else if (isError(event)) {
            log.error(event.text());
        } else if (isInformation(event)) {
            log.info(event.text());
        } else if (log.isDebugging() && isDue(event)) {
            log.debug(event.text());
        }
        if (event instanceof Started started) started(started);
        if (event instanceof SocketsOpened opened) opened(opened);
    }

    // No switch over types here and in the other listeners: the JVM takes some 10 ms to link one,
    // at the start of a device or in its first handshake.

    private static boolean isError(DeviceEvent event) {
        return event instanceof SocketsFailed
                || event instanceof InterfaceSetDown
                || event instanceof ClockSetBack;
    }

    private static boolean isInformation(DeviceEvent event) {
        return event instanceof InterfaceUp
                || event instanceof InterfaceDown
                || event instanceof InterfaceRemoved
                || event instanceof SocketsOpened;
    }

    /// False for events that are not logged at debug level, and for those over their limit. The
    /// others come at the pace of our timers, or of changes of the configuration.
    private boolean isDue(DeviceEvent event) {
        if (event instanceof PeerChanged) return false;
        if (event instanceof EndpointMoved) return false; // SessionLog has it at info level
        if (event instanceof SourceForgotten) return limits.takeForData();
        if (event instanceof SessionEstablished) return limits.take(Subject.SESSION);
        if (event instanceof HandshakeReceived) return limits.take(Subject.ACCEPTED);
        if (event instanceof HandshakeSent sent && sent.message() == HandshakeMessage.RESPONSE) {
            return limits.take(Subject.SENDING_RESPONSE);
        }
        return true;
    }

    private void started(Started started) {
        log.debug("Cryptography of " + started.cryptography());
        started.notes().forEach(log::debug);
        if (started.cryptoThreads() == 0) return;
        log.debug(
                "Crypto threads: %d, queues of the TUN: %d"
                        .formatted(started.cryptoThreads(), started.queues()));
    }

    private void opened(SocketsOpened opened) {
        log.debug("Offloads of the TUN: " + Offload.text(opened.tunOffloads()));
        log.debug("Offloads of the sockets: " + Offload.text(opened.socketOffloads()));
    }
}
