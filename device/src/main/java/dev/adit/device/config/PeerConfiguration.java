package dev.adit.device.config;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpPrefix;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PublicKey;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/// A peer's configuration, with its preshared key, and its counters at one moment. Immutable.
///
/// @param publicKey the peer's key
/// @param presharedKey a copy of the preshared key, all zero for none
/// @param endpoint the endpoint it was last heard from or was given, or null
/// @param lastHandshake the time of the last completed handshake, [Instant#EPOCH] for never
/// @param receivedBytes UDP payload bytes received from it and authenticated
/// @param sentBytes UDP payload bytes sent to it
/// @param persistentKeepalive seconds between keepalives, 0 for none
/// @param allowedIps its allowed IPs, in the order in which they were added
public record PeerConfiguration(
        PublicKey publicKey,
        PresharedKey presharedKey,
        @Nullable Endpoint endpoint,
        Instant lastHandshake,
        long receivedBytes,
        long sentBytes,
        int persistentKeepalive,
        List<IpPrefix> allowedIps) {
    public PeerConfiguration {
        allowedIps = List.copyOf(allowedIps);
    }

    PeerStatus status() {
        return new PeerStatus(
                publicKey,
                !presharedKey.isZero(),
                endpoint,
                lastHandshake,
                receivedBytes,
                sentBytes,
                persistentKeepalive,
                allowedIps);
    }

    public void erase() {
        presharedKey.erase();
    }
}
