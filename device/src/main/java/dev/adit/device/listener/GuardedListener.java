package dev.adit.device.listener;

import dev.adit.device.event.DeviceEvent;
import dev.adit.device.event.DeviceListener;
import dev.adit.device.event.DroppedPacket;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.port.SendException;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PeerIdentity;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicBoolean;

/// Wraps a program's listener so that its exceptions cannot end a thread of the device: the first
/// is logged, later ones are ignored. Thread-safe as far as the listener is.
public final class GuardedListener implements DeviceListener {
    private final DeviceListener listener;
    private final DeviceLog log;
    private final AtomicBoolean reported = new AtomicBoolean();

    public GuardedListener(DeviceListener listener, DeviceLog log) {
        this.listener = listener;
        this.log = log;
    }

    @Override
    public void event(DeviceEvent event) {
        try {
            listener.event(event);
        } catch (Throwable thrown) {
            report(thrown);
        }
    }

    @Override
    public void dropped(
            DropReason reason,
            @Nullable PeerIdentity peer,
            int packets,
            @Nullable DroppedPacket packet) {
        try {
            listener.dropped(reason, peer, packets, packet);
        } catch (Throwable thrown) {
            report(thrown);
        }
    }

    @Override
    public void keepaliveReceived(PeerIdentity peer) {
        try {
            listener.keepaliveReceived(peer);
        } catch (Throwable thrown) {
            report(thrown);
        }
    }

    @Override
    public void cookieSent(Endpoint to) {
        try {
            listener.cookieSent(to);
        } catch (Throwable thrown) {
            report(thrown);
        }
    }

    @Override
    public void sendRefused(@Nullable PeerIdentity peer, Endpoint to, SendException cause) {
        try {
            listener.sendRefused(peer, to, cause);
        } catch (Throwable thrown) {
            report(thrown);
        }
    }

    private void report(Throwable thrown) {
        if (!reported.compareAndSet(false, true)) return;
        try {
            log.error("A listener has failed: " + listener.getClass().getName(), thrown);
        } catch (RuntimeException | Error unlogged) {
            return; // for want of memory, most likely: the device goes on without the message
        }
    }
}
