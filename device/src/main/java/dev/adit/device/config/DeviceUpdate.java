package dev.adit.device.config;

import dev.adit.protocol.keys.PrivateKey;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// A change to a device, parsed and checked as a whole before any of it is applied. Immutable. Made
/// with [#builder]:
///
/// ```java
/// DeviceUpdate.builder().privateKey(key).listenPort(51820).peer(peer).build()
/// ```
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
        @Nullable PrivateKey privateKey,
        OptionalInt listenPort,
        OptionalInt fwmark,
        boolean replacePeers,
        Optional<Boolean> debug,
        Optional<Boolean> resolveNames,
        List<PeerUpdate> peers) {
    public DeviceUpdate {
        peers = List.copyOf(peers);
    }

    /// A builder of an update that changes nothing.
    public static Builder builder() {
        return new Builder();
    }

    /// A builder that begins with all that is in this update but its peers. The private key is
    /// shared with it.
    public Builder toBuilderWithoutPeers() {
        Builder builder = new Builder();
        builder.privateKey = privateKey;
        builder.listenPort = listenPort;
        builder.fwmark = fwmark;
        builder.replacePeers = replacePeers;
        builder.debug = debug;
        builder.resolveNames = resolveNames;
        return builder;
    }

    /// True when it has the name of an endpoint, which only Adit understands.
    public boolean hasNames() {
        return peers.stream().anyMatch(peer -> peer.endpointName() != null);
    }

    /// This update without the names of endpoints. The keys are shared with this one.
    public DeviceUpdate withoutNames() {
        List<PeerUpdate> numeric = peers.stream().map(PeerUpdate::withoutName).toList();
        return toBuilderWithoutPeers().peers(numeric).build();
    }

    /// Erases the keys in this update. The code that made it has to call this, once the update is
    /// applied or abandoned.
    public void erase() {
        if (privateKey != null) privateKey.erase();
        peers.forEach(PeerUpdate::erase);
    }

    /// Makes a [DeviceUpdate]. What is not set stays as it is at the device. Not thread-safe.
    public static final class Builder {
        private @Nullable PrivateKey privateKey;
        private OptionalInt listenPort = OptionalInt.empty();
        private OptionalInt fwmark = OptionalInt.empty();
        private boolean replacePeers;
        private Optional<Boolean> debug = Optional.empty();
        private Optional<Boolean> resolveNames = Optional.empty();
        private final List<PeerUpdate> peers = new ArrayList<>();

        private Builder() {}

        /// Sets the private key, all zero to remove it, or null to leave it. The update will own
        /// the key: [DeviceUpdate#erase] erases it.
        public Builder privateKey(@Nullable PrivateKey key) {
            privateKey = key;
            return this;
        }

        /// Sets the UDP port, 0 for one that the system chooses.
        public Builder listenPort(int port) {
            return listenPort(OptionalInt.of(port));
        }

        /// Sets the UDP port, or leaves it when empty.
        public Builder listenPort(OptionalInt port) {
            listenPort = port;
            return this;
        }

        /// Sets the firewall mark as an unsigned 32-bit number, 0 for none.
        public Builder fwmark(int mark) {
            return fwmark(OptionalInt.of(mark));
        }

        /// Sets the firewall mark, or leaves it when empty.
        public Builder fwmark(OptionalInt mark) {
            fwmark = mark;
            return this;
        }

        /// Removes all peers that there were before.
        public Builder replacePeers() {
            replacePeers = true;
            return this;
        }

        /// Logs debug messages, or stops that.
        public Builder debug(boolean on) {
            debug = Optional.of(on);
            return this;
        }

        /// Resolves endpoint names again when their peers do not answer, or only on demand.
        public Builder resolveNames(boolean on) {
            resolveNames = Optional.of(on);
            return this;
        }

        /// Adds a change to a peer, behind those that were added before.
        public Builder peer(PeerUpdate peer) {
            peers.add(peer);
            return this;
        }

        /// The same, with a builder that is complete.
        public Builder peer(PeerUpdate.Builder peer) {
            return peer(peer.build());
        }

        /// Adds several changes.
        public Builder peers(List<PeerUpdate> changes) {
            peers.addAll(changes);
            return this;
        }

        /// Makes the update.
        public DeviceUpdate build() {
            return new DeviceUpdate(
                    privateKey, listenPort, fwmark, replacePeers, debug, resolveNames, peers);
        }
    }
}
