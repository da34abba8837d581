package dev.adit.tools.configure;

import dev.adit.device.config.DeviceStatus;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerStatus;
import dev.adit.device.config.PeerUpdate;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PublicKey;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/// Computes the changes that turn an interface's configuration into that of a file without touching
/// the peers that stay. Stateless.
final class ConfigDifference {
    /// Expresses `whole`, which replaces everything, as changes to the present configuration.
    ///
    /// Peers that the file does not name are removed one by one; a preshared key or a keepalive
    /// that it does not set for a present peer is unset.
    static DeviceUpdate between(DeviceStatus status, DeviceUpdate whole) {
        if (whole.peers().isEmpty() || status.peers().isEmpty()) return whole;
        Map<PublicKey, PeerStatus> present = new HashMap<>();
        status.peers().forEach(peer -> present.put(peer.publicKey(), peer));
        Set<PublicKey> wanted = new HashSet<>();
        whole.peers().forEach(peer -> wanted.add(peer.publicKey()));

        List<PeerUpdate> changes = new ArrayList<>();
        for (PeerStatus peer : status.peers()) {
            if (!wanted.contains(peer.publicKey())) changes.add(removal(peer.publicKey()));
        }
        for (PeerUpdate peer : whole.peers()) {
            changes.add(completed(peer, present.get(peer.publicKey())));
        }
        return new DeviceUpdate(
                whole.privateKey(), whole.listenPort(), whole.fwmark(), false, changes);
    }

    private static PeerUpdate removal(PublicKey key) {
        return new PeerUpdate(key, true, false, null, null, OptionalInt.empty(), false, List.of());
    }

    private static PeerUpdate completed(PeerUpdate wanted, PeerStatus present) {
        if (present == null) return wanted;
        PresharedKey preshared = wanted.presharedKey();
        if (preshared == null && !present.presharedKey().isZero()) preshared = PresharedKey.none();
        OptionalInt keepalive = wanted.persistentKeepalive();
        if (keepalive.isEmpty() && present.persistentKeepalive() != 0)
            keepalive = OptionalInt.of(0);
        return new PeerUpdate(
                wanted.publicKey(),
                false,
                false,
                preshared,
                wanted.endpoint(),
                keepalive,
                wanted.replaceAllowedIps(),
                wanted.allowedIps(),
                null,
                wanted.endpointName());
    }

    private ConfigDifference() {}
}
