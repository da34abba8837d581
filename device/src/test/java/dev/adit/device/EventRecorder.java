package dev.adit.device;

import dev.adit.device.event.DeviceEvent;
import dev.adit.device.event.DeviceListener;
import dev.adit.device.event.DroppedPacket;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PeerIdentity;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// Records the events of a device, and counts its drops. Thread-safe.
final class EventRecorder implements DeviceListener {
    final List<DeviceEvent> events = new CopyOnWriteArrayList<>();
    final Map<DropReason, Long> drops = new ConcurrentHashMap<>();

    @Override
    public void event(DeviceEvent event) {
        events.add(event);
    }

    @Override
    public void dropped(DropReason reason, PeerIdentity peer, int packets, DroppedPacket packet) {
        drops.merge(reason, (long) packets, Long::sum);
    }
}
