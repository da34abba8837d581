package dev.adit.tools.ifconfig;

import dev.adit.device.config.ConfValues.Destination;
import dev.adit.device.config.PeerUpdate;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PublicKey;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// What the words behind `wgpeer` say of that peer. Confined to one thread.
final class PeerParameters {
    private final PublicKey key;
    private PresharedKey presharedKey;
    Destination destination;
    OptionalInt keepalive = OptionalInt.empty();
    String description;

    /// All of them together take the place of those that the peer has.
    final List<PeerUpdate.AllowedIp> allowedIps = new ArrayList<>();

    PeerParameters(PublicKey key) {
        this.key = key;
    }

    /// Takes `fresh` in place of the one before, which is erased.
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
