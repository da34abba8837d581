package dev.adit.tools.configure;

import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerConfiguration;
import dev.adit.device.config.PeerUpdate;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PublicKey;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Computes the changes that turn an interface's configuration into that of a file without touching
/// the peers that stay. Stateless.
final class ConfigDifference {
    /// Expresses `whole`, which replaces everything, as changes to the present configuration.
    ///
    /// Peers that the file does not name are removed one by one; a preshared key or a keepalive
    /// that it does not set for a present peer is unset.
    static DeviceUpdate between(DeviceConfiguration status, DeviceUpdate whole) {
        if (whole.peers().isEmpty() || status.peers().isEmpty()) return whole;
        Map<PublicKey, PeerConfiguration> present = new HashMap<>();
        status.peers().forEach(peer -> present.put(peer.publicKey(), peer));
        Set<PublicKey> wanted = new HashSet<>();
        whole.peers().forEach(peer -> wanted.add(peer.publicKey()));

        List<PeerUpdate> changes = new ArrayList<>();
        for (PeerConfiguration peer : status.peers()) {
            if (!wanted.contains(peer.publicKey()))
                changes.add(PeerUpdate.removal(peer.publicKey()));
        }
        for (PeerUpdate peer : whole.peers()) {
            changes.add(completed(peer, present.get(peer.publicKey())));
        }
        return DeviceUpdate.builder()
                .privateKey(whole.privateKey())
                .listenPort(whole.listenPort())
                .fwmark(whole.fwmark())
                .peers(changes)
                .build();
    }

    private static PeerUpdate completed(PeerUpdate wanted, @Nullable PeerConfiguration present) {
        if (present == null) return wanted;
        PeerUpdate.Builder update = wanted.toBuilder();
        if (wanted.presharedKey() == null && !present.presharedKey().isZero()) {
            update.presharedKey(PresharedKey.none());
        }
        if (wanted.persistentKeepalive().isEmpty() && present.persistentKeepalive() != 0) {
            update.persistentKeepalive(0);
        }
        return update.build();
    }

    private ConfigDifference() {}
}
