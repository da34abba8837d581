package dev.adit.tools.ifconfig;

import dev.adit.device.config.PeerUpdate;
import dev.adit.device.config.file.ConfValues.Destination;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PublicKey;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// The parameters of a peer in the words behind `wgpeer`. Confined to one thread.
final class PeerParameters {
    private final PublicKey key;
    private @Nullable PresharedKey presharedKey;
    @Nullable Destination destination;
    OptionalInt keepalive = OptionalInt.empty();
    @Nullable String description;

    /// The new list, which replaces the peer's present one.
    final List<PeerUpdate.AllowedIp> allowedIps = new ArrayList<>();

    PeerParameters(PublicKey key) {
        this.key = key;
    }

    /// Sets the preshared key and erases the previous one.
    void presharedKey(PresharedKey fresh) {
        if (presharedKey != null) presharedKey.erase();
        presharedKey = fresh;
    }

    PeerUpdate toUpdate() {
        PeerUpdate.Builder update =
                PeerUpdate.of(key)
                        .presharedKey(presharedKey)
                        .persistentKeepalive(keepalive)
                        .allowedIps(allowedIps)
                        .description(description);
        if (!allowedIps.isEmpty()) update.replaceAllowedIps();
        if (destination != null) {
            update.endpoint(destination.endpoint()).endpointName(destination.name());
        }
        return update.build();
    }
}
