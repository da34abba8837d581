package dev.adit.device;

import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerUpdate;
import dev.adit.device.event.DeviceEvent;
import dev.adit.device.event.DeviceListener;
import dev.adit.device.pipeline.Pipeline;
import dev.adit.device.resolve.EndpointResolver;
import dev.adit.ip.address.IpPrefix;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.tunnel.Actions;
import dev.adit.protocol.tunnel.Peer;
import dev.adit.protocol.tunnel.Tunnel;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// Applies an update to a tunnel. Confined to the thread that holds the device's monitor.
final class UpdateApplier {
    private final Tunnel tunnel;
    private final Actions actions;
    private final DeviceListener events;
    private final Map<PublicKey, String> descriptions;
    private final EndpointResolver endpointNames;
    private final DeviceUpdate update;
    private boolean begun;

    /// @param descriptions the peers' descriptions, to be changed too
    /// @param endpointNames the names of the peers' endpoints, to be changed too
    UpdateApplier(
            Pipeline pipeline,
            DeviceListener events,
            Map<PublicKey, String> descriptions,
            EndpointResolver endpointNames,
            DeviceUpdate update) {
        this.tunnel = pipeline.tunnel();
        this.actions = pipeline.actions();
        this.events = events;
        this.descriptions = descriptions;
        this.endpointNames = endpointNames;
        this.update = update;
    }

    /// Refuses an update that cannot be applied as a whole.
    ///
    /// @throws IllegalStateException when there would be too many peers
    void check() {
        if (update.peers().size() + tunnel.peers().size() <= Tunnel.MAX_PEERS) return;
        Set<PublicKey> keys = new HashSet<>();
        if (!update.replacePeers()) tunnel.peers().forEach(peer -> keys.add(peer.publicKey()));
        for (PeerUpdate peer : update.peers()) {
            if (!peer.remove()) keys.add(peer.publicKey());
        }
        if (keys.size() > Tunnel.MAX_PEERS) throw new IllegalStateException("too many peers");
    }

    /// True when part of the update may have been applied.
    boolean begun() {
        return begun;
    }

    /// Applies the update, which can fail only by a bug or for want of memory.
    void apply() {
        begun = true;
        if (update.privateKey() != null) {
            events.event(new DeviceEvent.PrivateKeyChanged());
            removeSelf(update.privateKey());
            tunnel.privateKey(update.privateKey(), actions);
        }
        if (update.replacePeers()) {
            events.event(new DeviceEvent.PeersCleared());
            tunnel.peers().forEach(this::remove);
        }
        update.peers().forEach(this::apply);
    }

    /// Removes the peer that has the interface's new key, as a tunnel to oneself makes no sense.
    private void removeSelf(PrivateKey key) {
        if (!key.isZero()) tunnel.peer(key.publicKey()).ifPresent(this::remove);
    }

    private void apply(PeerUpdate change) {
        Peer peer = tunnel.peer(change.publicKey()).orElse(null);
        if (change.remove()) {
            if (peer != null) remove(peer);
            return;
        }
        if (peer == null) {
            // An interface cannot be its own peer; the tools rely on this being no error.
            boolean self = tunnel.publicKey().filter(change.publicKey()::equals).isPresent();
            if (self || change.updateOnly()) return;
            peer = tunnel.add(change.publicKey(), actions);
            events.event(new DeviceEvent.PeerAdded(peer));
        }
        set(peer, change);
    }

    private void set(Peer peer, PeerUpdate change) {
        if (change.presharedKey() != null) peer.presharedKey(change.presharedKey());
        if (change.endpoint() != null) {
            peer.endpoint(change.endpoint());
            endpointNames.remove(peer.publicKey());
        }
        if (change.endpointName() != null)
            endpointNames.put(peer.publicKey(), change.endpointName());
        if (change.replaceAllowedIps()) tunnel.allowOnly(remaining(change), peer);
        else for (PeerUpdate.AllowedIp ip : change.allowedIps()) allow(peer, ip);
        if (change.description() != null) describe(peer, change.description());
        // Last, as it may send: the peer is complete by now.
        if (change.persistentKeepalive().isPresent()) {
            peer.persistentKeepalive(change.persistentKeepalive().getAsInt(), actions);
        }
        if (peer.hasStaged()) actions.flush(peer);
        events.event(new DeviceEvent.PeerChanged(peer));
    }

    private void allow(Peer peer, PeerUpdate.AllowedIp ip) {
        if (ip.remove()) tunnel.disallow(ip.prefix(), peer);
        else tunnel.allow(ip.prefix(), peer);
    }

    /// The prefixes that remain when the changes are made one after the other, starting from none.
    private static Set<IpPrefix> remaining(PeerUpdate change) {
        Set<IpPrefix> prefixes = new LinkedHashSet<>();
        for (PeerUpdate.AllowedIp ip : change.allowedIps()) {
            if (ip.remove()) prefixes.remove(ip.prefix());
            else prefixes.add(ip.prefix());
        }
        return prefixes;
    }

    private void describe(Peer peer, String description) {
        if (description.isEmpty()) descriptions.remove(peer.publicKey());
        else descriptions.put(peer.publicKey(), description);
    }

    private void forget(PublicKey peer) {
        descriptions.remove(peer);
        endpointNames.remove(peer);
    }

    private void remove(Peer peer) {
        forget(peer.publicKey());
        int packets = tunnel.remove(peer);
        if (packets > 0) events.dropped(DropReason.HANDSHAKE_GIVEN_UP, peer, packets, null);
        events.event(new DeviceEvent.PeerRemoved(peer));
    }
}
