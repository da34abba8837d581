package dev.adit.device.config;

import dev.adit.device.config.PeerUpdate.AllowedIp;
import dev.adit.ip.address.Endpoint;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PublicKey;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// Collects the lines of a [PeerUpdate] while they are read. Not thread-safe.
final class PeerDraft {
    PublicKey publicKey;
    boolean remove;
    boolean updateOnly;
    private PresharedKey presharedKey;
    Endpoint endpoint;
    OptionalInt persistentKeepalive = OptionalInt.empty();
    boolean replaceAllowedIps;
    final List<AllowedIp> allowedIps = new ArrayList<>();
    String description;
    EndpointName endpointName;

    /// Sets the endpoint and the name it was resolved from, or null. A previous name is dropped.
    void destination(Endpoint place, EndpointName name) {
        endpoint = place;
        endpointName = name;
    }

    /// Sets the preshared key and erases the previous one.
    void presharedKey(PresharedKey key) {
        erase();
        presharedKey = key;
    }

    /// Makes the update, which owns the key from now on.
    PeerUpdate toUpdate() {
        PeerUpdate update =
                new PeerUpdate(
                        publicKey,
                        remove,
                        updateOnly,
                        presharedKey,
                        endpoint,
                        persistentKeepalive,
                        replaceAllowedIps,
                        allowedIps,
                        description,
                        endpointName);
        presharedKey = null;
        return update;
    }

    void erase() {
        if (presharedKey != null) presharedKey.erase();
        presharedKey = null;
    }
}
