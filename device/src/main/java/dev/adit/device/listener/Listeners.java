package dev.adit.device.listener;

import dev.adit.device.event.DeviceEvent;
import dev.adit.device.event.DeviceListener;
import dev.adit.device.event.DroppedPacket;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.port.SendException;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PeerIdentity;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Combines the listeners of a device into one, which calls each in turn. Immutable.
public final class Listeners implements DeviceListener {
    private final DeviceListener[] all;

    /// @param all the listeners, in the order in which they are told
    public Listeners(List<DeviceListener> all) {
        this.all = all.toArray(DeviceListener[]::new);
    }

    @Override
    public void event(DeviceEvent event) {
        for (DeviceListener one : all) one.event(event);
    }

    @Override
    public void dropped(
            DropReason reason,
            @Nullable PeerIdentity peer,
            int packets,
            @Nullable DroppedPacket packet) {
        for (DeviceListener one : all) one.dropped(reason, peer, packets, packet);
    }

    @Override
    public void keepaliveReceived(PeerIdentity peer) {
        for (DeviceListener one : all) one.keepaliveReceived(peer);
    }

    @Override
    public void cookieSent(Endpoint to) {
        for (DeviceListener one : all) one.cookieSent(to);
    }

    @Override
    public void sendRefused(@Nullable PeerIdentity peer, Endpoint to, SendException cause) {
        for (DeviceListener one : all) one.sendRefused(peer, to, cause);
    }
}
