package dev.adit.device.config;

import dev.adit.protocol.keys.PrivateKey;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Collects the lines of a [DeviceUpdate] while they are read. Not thread-safe.
final class DeviceDraft {
    private PrivateKey privateKey;
    OptionalInt listenPort = OptionalInt.empty();
    OptionalInt fwmark = OptionalInt.empty();
    boolean replacePeers;
    Optional<Boolean> debug = Optional.empty();
    Optional<Boolean> resolveNames = Optional.empty();
    private final List<PeerUpdate> peers = new ArrayList<>();
    private PeerDraft peer;

    /// Sets the private key and erases the previous one.
    void privateKey(PrivateKey key) {
        if (privateKey != null) privateKey.erase();
        privateKey = key;
    }

    /// The peer whose lines are being read, or null before the first.
    PeerDraft peer() {
        return peer;
    }

    /// Ends the lines of one peer and begins those of the next.
    PeerDraft nextPeer() {
        endPeer();
        peer = new PeerDraft();
        return peer;
    }

    /// Makes the update, which owns all keys from now on.
    DeviceUpdate toUpdate() {
        endPeer();
        DeviceUpdate update =
                new DeviceUpdate(
                        privateKey, listenPort, fwmark, replacePeers, debug, resolveNames, peers);
        privateKey = null;
        peers.clear();
        return update;
    }

    private void endPeer() {
        if (peer != null) peers.add(peer.toUpdate());
        peer = null;
    }

    /// Erases all keys that no update owns.
    void erase() {
        privateKey(null);
        if (peer != null) peer.erase();
        peer = null; // with the memory of its allowed IPs
        peers.forEach(PeerUpdate::erase);
        peers.clear();
    }
}
