package dev.adit.device.config.draft;

import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerUpdate;
import dev.adit.protocol.keys.PrivateKey;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Collects the lines of a [DeviceUpdate] while they are read. Not thread-safe.
public final class DeviceDraft {
    private @Nullable PrivateKey privateKey;
    private OptionalInt listenPort = OptionalInt.empty();
    private OptionalInt fwmark = OptionalInt.empty();
    private boolean replacePeers;
    private Optional<Boolean> debug = Optional.empty();
    private Optional<Boolean> resolveNames = Optional.empty();
    private final List<PeerUpdate> peers = new ArrayList<>();
    private @Nullable PeerDraft peer;

    /// Sets the private key and erases the previous one.
    public void privateKey(@Nullable PrivateKey key) {
        if (privateKey != null) privateKey.erase();
        privateKey = key;
    }

    public void listenPort(int port) {
        listenPort = OptionalInt.of(port);
    }

    public void fwmark(int mark) {
        fwmark = OptionalInt.of(mark);
    }

    public void replacePeers(boolean replace) {
        replacePeers = replace;
    }

    public void debug(boolean on) {
        debug = Optional.of(on);
    }

    public void resolveNames(boolean on) {
        resolveNames = Optional.of(on);
    }

    /// The peer whose lines are being read, or null before the first.
    public @Nullable PeerDraft peer() {
        return peer;
    }

    /// Ends the lines of one peer and begins those of the next.
    public PeerDraft nextPeer() {
        endPeer();
        peer = new PeerDraft();
        return peer;
    }

    /// Makes the update, which owns all keys from now on.
    public DeviceUpdate toUpdate() {
        endPeer();
        DeviceUpdate update =
                new DeviceUpdate(
                        privateKey, listenPort, fwmark, replacePeers, debug, resolveNames, peers);
        privateKey = null;
        peers.clear();
        return update;
    }

    private void endPeer() {
        if (peer != null) {
            if (peer.hasPublicKey()) peers.add(peer.toUpdate());
            else peer.erase(); // its reader refuses it
        }
        peer = null;
    }

    /// Erases all keys that no update owns.
    public void erase() {
        privateKey(null);
        if (peer != null) peer.erase();
        peer = null; // with the memory of its allowed IPs
        peers.forEach(PeerUpdate::erase);
        peers.clear();
    }
}
