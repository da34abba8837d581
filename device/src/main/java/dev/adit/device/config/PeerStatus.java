package dev.adit.device.config;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpPrefix;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PublicKey;

import java.time.Instant;
import java.util.List;

/// What one peer is set to and what was counted for it, at one moment. Immutable.
///
/// @param publicKey which peer
/// @param presharedKey a copy of the preshared key, all zero for none
/// @param endpoint where it was last heard from or set to be, or null
/// @param lastHandshake when a handshake was last completed, [Instant#EPOCH] for never
/// @param receivedBytes UDP payload bytes received from it and authenticated
/// @param sentBytes UDP payload bytes sent to it
/// @param persistentKeepalive seconds between keepalives, 0 for none
/// @param allowedIps its allowed IPs, in the order in which they were added
public record PeerStatus(
        PublicKey publicKey,
        PresharedKey presharedKey,
        Endpoint endpoint,
        Instant lastHandshake,
        long receivedBytes,
        long sentBytes,
        int persistentKeepalive,
        List<IpPrefix> allowedIps) {
    public PeerStatus {
        allowedIps = List.copyOf(allowedIps);
    }

    void erase() {
        presharedKey.erase();
    }
}
