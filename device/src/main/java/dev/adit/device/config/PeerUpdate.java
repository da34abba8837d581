package dev.adit.device.config;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpPrefix;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PublicKey;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// A change to one peer, which is added if it does not exist. Immutable. Made with [#of]:
///
/// ```java
/// PeerUpdate.of(key).endpoint(endpoint).allow("10.0.0.2/32").persistentKeepalive(25).build()
/// ```
///
/// @param publicKey the peer's key
/// @param remove true to remove it; the rest of this update is then ignored
/// @param updateOnly true to do nothing when the peer does not exist
/// @param presharedKey the new preshared key, all zero to remove it, or null to leave it
/// @param endpoint the new endpoint, or null to leave it
/// @param persistentKeepalive seconds between keepalives, 0 for none; empty to leave it
/// @param replaceAllowedIps true to remove all its allowed IPs first
/// @param allowedIps changes to its allowed IPs, in order
/// @param description the new description, which [PeerDescription] restricts; empty to remove it,
///   or null to leave it
/// @param endpointName the name of the endpoint; null for none if the endpoint is set, else to
///   leave it
public record PeerUpdate(
        PublicKey publicKey,
        boolean remove,
        boolean updateOnly,
        @Nullable PresharedKey presharedKey,
        @Nullable Endpoint endpoint,
        OptionalInt persistentKeepalive,
        boolean replaceAllowedIps,
        List<AllowedIp> allowedIps,
        @Nullable String description,
        @Nullable EndpointName endpointName) {
    /// @throws IllegalArgumentException when the description is invalid
    public PeerUpdate {
        allowedIps = List.copyOf(allowedIps);
        if (description != null && !PeerDescription.isValid(description)) {
            throw new IllegalArgumentException("description " + PeerDescription.RULE);
        }
    }

    /// A builder of an update that adds the peer with this key if it does not exist, and changes
    /// nothing else.
    public static Builder of(PublicKey publicKey) {
        return new Builder(publicKey);
    }

    /// The update that removes the peer with this key.
    public static PeerUpdate removal(PublicKey publicKey) {
        return of(publicKey).remove().build();
    }

    /// One change to the allowed IPs.
    ///
    /// @param prefix the addresses; a prefix of another peer moves to this one
    /// @param remove true to take them from the peer
    public record AllowedIp(IpPrefix prefix, boolean remove) {}

    /// A builder that begins with all that is in this update. The preshared key is shared with it.
    public Builder toBuilder() {
        Builder builder = new Builder(publicKey);
        builder.remove = remove;
        builder.updateOnly = updateOnly;
        builder.presharedKey = presharedKey;
        builder.endpoint = endpoint;
        builder.persistentKeepalive = persistentKeepalive;
        builder.replaceAllowedIps = replaceAllowedIps;
        builder.allowedIps.addAll(allowedIps);
        builder.description = description;
        builder.endpointName = endpointName;
        return builder;
    }

    PeerUpdate withoutName() {
        return endpointName == null ? this : toBuilder().endpointName(null).build();
    }

    /// Erases the key in this update. The code that made it has to call this, unless it is part of
    /// a [DeviceUpdate].
    public void erase() {
        if (presharedKey != null) presharedKey.erase();
    }

    /// Makes a [PeerUpdate]. What is not set stays as it is at the peer. Not thread-safe.
    public static final class Builder {
        private final PublicKey publicKey;
        private boolean remove;
        private boolean updateOnly;
        private @Nullable PresharedKey presharedKey;
        private @Nullable Endpoint endpoint;
        private OptionalInt persistentKeepalive = OptionalInt.empty();
        private boolean replaceAllowedIps;
        private final List<AllowedIp> allowedIps = new ArrayList<>();
        private @Nullable String description;
        private @Nullable EndpointName endpointName;

        private Builder(PublicKey publicKey) {
            this.publicKey = publicKey;
        }

        /// Removes the peer.
        public Builder remove() {
            remove = true;
            return this;
        }

        /// Does nothing when the peer does not exist.
        public Builder updateOnly() {
            updateOnly = true;
            return this;
        }

        /// Sets the preshared key, all zero to remove it, or null to leave it. The update will own
        /// the key: [DeviceUpdate#erase] erases it.
        public Builder presharedKey(@Nullable PresharedKey key) {
            presharedKey = key;
            return this;
        }

        /// Sets the endpoint, or leaves it when null.
        public Builder endpoint(@Nullable Endpoint to) {
            endpoint = to;
            return this;
        }

        /// Sets the name that the endpoint was resolved from; null for none.
        public Builder endpointName(@Nullable EndpointName name) {
            endpointName = name;
            return this;
        }

        /// Sets the seconds between keepalives, 0 to 65535, 0 for none.
        public Builder persistentKeepalive(int seconds) {
            return persistentKeepalive(OptionalInt.of(seconds));
        }

        /// Sets the seconds between keepalives, or leaves them when empty.
        public Builder persistentKeepalive(OptionalInt seconds) {
            persistentKeepalive = seconds;
            return this;
        }

        /// Removes all allowed IPs that the peer had before.
        public Builder replaceAllowedIps() {
            replaceAllowedIps = true;
            return this;
        }

        /// Lets the peer use the addresses of these prefixes, which are taken from any other peer.
        public Builder allow(IpPrefix... prefixes) {
            for (IpPrefix prefix : prefixes) allowedIps.add(new AllowedIp(prefix, false));
            return this;
        }

        /// The same with prefixes as text, `10.0.0.0/8` or `2001:db8::/32`.
        ///
        /// @throws IllegalArgumentException when one is not a prefix
        public Builder allow(String... prefixes) {
            for (String prefix : prefixes) allow(parse(prefix));
            return this;
        }

        /// Takes the addresses of these prefixes from the peer.
        public Builder disallow(IpPrefix... prefixes) {
            for (IpPrefix prefix : prefixes) allowedIps.add(new AllowedIp(prefix, true));
            return this;
        }

        /// The same with prefixes as text.
        ///
        /// @throws IllegalArgumentException when one is not a prefix
        public Builder disallow(String... prefixes) {
            for (String prefix : prefixes) disallow(parse(prefix));
            return this;
        }

        private static IpPrefix parse(String prefix) {
            return IpPrefix.parse(prefix)
                    .orElseThrow(() -> new IllegalArgumentException("not a prefix: " + prefix));
        }

        /// Adds changes to the allowed IPs behind those that were added before.
        public Builder allowedIps(List<AllowedIp> changes) {
            allowedIps.addAll(changes);
            return this;
        }

        /// Sets the description, empty to remove it, or null to leave it.
        public Builder description(@Nullable String text) {
            description = text;
            return this;
        }

        /// Makes the update.
        ///
        /// @throws IllegalArgumentException when the description is invalid
        public PeerUpdate build() {
            return new PeerUpdate(
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
        }
    }
}
