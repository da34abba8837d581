package dev.adit.device.config;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpPrefix;
import dev.adit.protocol.keys.PublicKey;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/// A peer's state and counters at one moment, without any secret. Immutable.
///
/// @param publicKey the peer's key
/// @param hasPresharedKey whether there is a preshared key
/// @param endpoint the endpoint it was last heard from or was given, or null
/// @param lastHandshake the time of the last completed handshake, [Instant#EPOCH] for never
/// @param receivedBytes UDP payload bytes received from it and authenticated
/// @param sentBytes UDP payload bytes sent to it
/// @param persistentKeepalive seconds between keepalives, 0 for none
/// @param allowedIps its allowed IPs, in the order in which they were added
public record PeerStatus(
        PublicKey publicKey,
        boolean hasPresharedKey,
        @Nullable Endpoint endpoint,
        Instant lastHandshake,
        long receivedBytes,
        long sentBytes,
        int persistentKeepalive,
        List<IpPrefix> allowedIps) {
    public PeerStatus {
        allowedIps = List.copyOf(allowedIps);
    }
}
