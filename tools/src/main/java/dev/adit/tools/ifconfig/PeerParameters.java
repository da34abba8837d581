package dev.adit.tools.ifconfig;

import dev.adit.device.config.ConfValues.Destination;
import dev.adit.device.config.PeerUpdate;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PublicKey;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// The parameters of a peer in the words behind `wgpeer`. Confined to one thread.
final class PeerParameters {
    private final PublicKey key;
    private PresharedKey presharedKey;
    Destination destination;
    OptionalInt keepalive = OptionalInt.empty();
    String description;

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
        return new PeerUpdate(
                key,
                false,
                false,
                presharedKey,
                destination == null ? null : destination.endpoint(),
                keepalive,
                !allowedIps.isEmpty(),
                allowedIps,
                description,
                destination == null ? null : destination.name());
    }
}
