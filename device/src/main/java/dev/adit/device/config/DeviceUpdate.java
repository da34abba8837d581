package dev.adit.device.config;

import dev.adit.protocol.keys.PrivateKey;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// A change to a device, parsed and checked as a whole before any of it is applied. Immutable.
///
/// @param privateKey the new private key, all zero to remove it, or null to leave it
/// @param listenPort the new UDP port, 0 for one that the system chooses; empty to leave it
/// @param fwmark the new firewall mark as an unsigned 32-bit number, 0 for none; empty to leave it
/// @param replacePeers true to remove all peers first
/// @param debug true to log debug messages, false to stop that; empty to leave it
/// @param resolveNames true to resolve endpoint names again when their peers do not answer, false
///   to do so only on demand; empty to leave it
/// @param peers changes to peers, in the order in which they are applied; the same peer may come
///   twice
public record DeviceUpdate(
        PrivateKey privateKey,
        OptionalInt listenPort,
        OptionalInt fwmark,
        boolean replacePeers,
        Optional<Boolean> debug,
        Optional<Boolean> resolveNames,
        List<PeerUpdate> peers) {
    public DeviceUpdate {
        peers = List.copyOf(peers);
    }

    /// An update that does not change when names are resolved.
    public DeviceUpdate(
            PrivateKey privateKey,
            OptionalInt listenPort,
            OptionalInt fwmark,
            boolean replacePeers,
            Optional<Boolean> debug,
            List<PeerUpdate> peers) {
        this(privateKey, listenPort, fwmark, replacePeers, debug, Optional.empty(), peers);
    }

    /// An update of the settings that every implementation knows.
    public DeviceUpdate(
            PrivateKey privateKey,
            OptionalInt listenPort,
            OptionalInt fwmark,
            boolean replacePeers,
            List<PeerUpdate> peers) {
        this(privateKey, listenPort, fwmark, replacePeers, Optional.empty(), peers);
    }

    /// True when it has the name of an endpoint, which only Adit understands.
    public boolean hasNames() {
        return peers.stream().anyMatch(peer -> peer.endpointName() != null);
    }

    /// This update without the names of endpoints. The keys are shared with this one.
    public DeviceUpdate withoutNames() {
        List<PeerUpdate> numeric = peers.stream().map(PeerUpdate::withoutName).toList();
        return new DeviceUpdate(
                privateKey, listenPort, fwmark, replacePeers, debug, resolveNames, numeric);
    }

    /// Erases the keys in this update. The code that made it has to call this, once the update is
    /// applied or abandoned.
    public void erase() {
        if (privateKey != null) privateKey.erase();
        peers.forEach(PeerUpdate::erase);
    }
}
