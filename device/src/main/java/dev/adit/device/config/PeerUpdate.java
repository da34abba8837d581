package dev.adit.device.config;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpPrefix;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PublicKey;

import java.util.List;
import java.util.OptionalInt;

/// A change to one peer, which is added if it does not exist. Immutable.
///
/// @param publicKey the peer's key
/// @param remove true to remove it; the rest of this update is then ignored
/// @param updateOnly true to do nothing when the peer does not exist
/// @param presharedKey the new preshared key, all zero to remove it, or null to leave it
/// @param endpoint the new endpoint, or null to leave it
/// @param persistentKeepalive seconds between keepalives, 0 for none; empty to leave it
/// @param replaceAllowedIps true to remove all its allowed IPs first
/// @param allowedIps changes to its allowed IPs, in order
/// @param description the new description, which [Descriptions] restricts; empty to remove it, or
///   null to leave it
/// @param endpointName the name of the endpoint; null for none if the endpoint is set, else to
///   leave it
public record PeerUpdate(
        PublicKey publicKey,
        boolean remove,
        boolean updateOnly,
        PresharedKey presharedKey,
        Endpoint endpoint,
        OptionalInt persistentKeepalive,
        boolean replaceAllowedIps,
        List<AllowedIp> allowedIps,
        String description,
        EndpointName endpointName) {
    /// @throws IllegalArgumentException when the description is invalid
    public PeerUpdate {
        allowedIps = List.copyOf(allowedIps);
        if (description != null && !Descriptions.isValid(description)) {
            throw new IllegalArgumentException("description " + Descriptions.RULE);
        }
    }

    /// An update without the name of an endpoint.
    public PeerUpdate(
            PublicKey publicKey,
            boolean remove,
            boolean updateOnly,
            PresharedKey presharedKey,
            Endpoint endpoint,
            OptionalInt persistentKeepalive,
            boolean replaceAllowedIps,
            List<AllowedIp> allowedIps,
            String description) {
        this(
                publicKey,
                remove,
                updateOnly,
                presharedKey,
                endpoint,
                persistentKeepalive,
                replaceAllowedIps,
                allowedIps,
                description,
                null);
    }

    /// An update of the settings that every implementation knows.
    public PeerUpdate(
            PublicKey publicKey,
            boolean remove,
            boolean updateOnly,
            PresharedKey presharedKey,
            Endpoint endpoint,
            OptionalInt persistentKeepalive,
            boolean replaceAllowedIps,
            List<AllowedIp> allowedIps) {
        this(
                publicKey,
                remove,
                updateOnly,
                presharedKey,
                endpoint,
                persistentKeepalive,
                replaceAllowedIps,
                allowedIps,
                null);
    }

    /// One change to the allowed IPs.
    ///
    /// @param prefix the addresses; a prefix of another peer moves to this one
    /// @param remove true to take them from the peer
    public record AllowedIp(IpPrefix prefix, boolean remove) {}

    PeerUpdate withoutName() {
        if (endpointName == null) return this;
        return new PeerUpdate(
                publicKey,
                remove,
                updateOnly,
                presharedKey,
                endpoint,
                persistentKeepalive,
                replaceAllowedIps,
                allowedIps,
                description);
    }

    void erase() {
        if (presharedKey != null) presharedKey.erase();
    }
}
