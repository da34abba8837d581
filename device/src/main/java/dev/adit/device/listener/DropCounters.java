package dev.adit.device.listener;

import dev.adit.device.event.DeviceEvent;
import dev.adit.device.event.DeviceListener;
import dev.adit.device.event.DroppedPacket;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PeerIdentity;

import org.jspecify.annotations.Nullable;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/// Counters of dropped packets by reason, of the device and of each peer. Thread-safe.
///
/// A peer has counters from its first drop on until it is removed, so their number is bounded by
/// that of the peers, and a peer that behaves has none.
public final class DropCounters implements DeviceListener {
    private final LongAdder[] device = new LongAdder[REASONS.length];
    private final Map<PeerIdentity, AtomicLongArray> peers = new ConcurrentHashMap<>();
    private final Predicate<PeerIdentity> exists;

    /// @param exists tells whether a peer is one of the device now
    public DropCounters(Predicate<PeerIdentity> exists) {
        this.exists = exists;
        for (int i = 0; i < device.length; i++) device[i] = new LongAdder();
    }

    @Override
    public void dropped(
            DropReason reason,
            @Nullable PeerIdentity peer,
            int packets,
            @Nullable DroppedPacket packet) {
        device[reason.ordinal()].add(packets);
        if (peer == null) return;
        AtomicLongArray counters = peers.get(peer);
        if (counters == null) counters = add(peer);
        counters.addAndGet(reason.ordinal(), packets);
    }

    private AtomicLongArray add(PeerIdentity peer) {
        AtomicLongArray counters =
                peers.computeIfAbsent(peer, fresh -> new AtomicLongArray(REASONS.length));
        // A thread may have had packets in hand when the peer was removed. If it is removed after
        // this, an event follows.
        if (!exists.test(peer)) peers.remove(peer);
        return counters;
    }

    @Override
    public void event(DeviceEvent event) {
        if (event instanceof DeviceEvent.PeerRemoved(PeerIdentity peer)) peers.remove(peer);
    }

    /// The counters of all reasons, including those at zero.
    public Map<DropReason, Long> snapshot() {
        Map<DropReason, Long> counters = new EnumMap<>(DropReason.class);
        for (DropReason reason : REASONS) counters.put(reason, device[reason.ordinal()].sum());
        return counters;
    }

    /// The counters of a peer for all reasons, including those at zero.
    public Map<DropReason, Long> snapshot(PeerIdentity peer) {
        AtomicLongArray counts = peers.get(peer);
        Map<DropReason, Long> counters = new EnumMap<>(DropReason.class);
        for (DropReason reason : REASONS) {
            counters.put(reason, counts == null ? 0 : counts.get(reason.ordinal()));
        }
        return counters;
    }

    private static final DropReason[] REASONS = DropReason.values();
}
