package dev.adit.device.config.draft;

import dev.adit.device.config.EndpointName;
import dev.adit.device.config.PeerUpdate;
import dev.adit.device.config.PeerUpdate.AllowedIp;
import dev.adit.ip.address.Endpoint;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PublicKey;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/// Collects the lines of a [PeerUpdate] while they are read. Not thread-safe.
public final class PeerDraft {
    private @Nullable PublicKey publicKey;
    private boolean remove;
    private boolean updateOnly;
    private @Nullable PresharedKey presharedKey;
    private @Nullable Endpoint endpoint;
    private OptionalInt persistentKeepalive = OptionalInt.empty();
    private boolean replaceAllowedIps;
    private final List<AllowedIp> allowedIps = new ArrayList<>();
    private @Nullable String description;
    private @Nullable EndpointName endpointName;

    public void publicKey(PublicKey key) {
        publicKey = key;
    }

    public boolean hasPublicKey() {
        return publicKey != null;
    }

    public void remove(boolean removed) {
        remove = removed;
    }

    public void updateOnly(boolean only) {
        updateOnly = only;
    }

    public void endpointName(EndpointName name) {
        endpointName = name;
    }

    public void persistentKeepalive(int seconds) {
        persistentKeepalive = OptionalInt.of(seconds);
    }

    public void replaceAllowedIps(boolean replace) {
        replaceAllowedIps = replace;
    }

    public void clearAllowedIps() {
        allowedIps.clear();
    }

    public void allowedIps(List<AllowedIp> changes) {
        allowedIps.addAll(changes);
    }

    public void description(String text) {
        description = text;
    }

    /// Sets the endpoint and the name it was resolved from, or null. A previous name is dropped.
    public void destination(Endpoint place, @Nullable EndpointName name) {
        endpoint = place;
        endpointName = name;
    }

    /// Sets the preshared key and erases the previous one.
    public void presharedKey(PresharedKey key) {
        erase();
        presharedKey = key;
    }

    /// Makes the update, which owns the key from now on.
    public PeerUpdate toUpdate() {
        PeerUpdate update =
                new PeerUpdate(
                        Objects.requireNonNull(publicKey),
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

    /// Erases the preshared key that no update owns.
    public void erase() {
        if (presharedKey != null) presharedKey.erase();
        presharedKey = null;
    }
}
