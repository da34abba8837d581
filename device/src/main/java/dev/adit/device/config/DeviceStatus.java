package dev.adit.device.config;

import dev.adit.protocol.keys.PublicKey;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// A device's state and counters at one moment, without any secret: it can be kept, logged and
/// shown. [DeviceConfiguration] has the keys as well. Immutable.
///
/// @param publicKey the device's own public key, or null when it has no private key
/// @param listenPort the UDP port, or 0 when none is open or set
/// @param fwmark the firewall mark as an unsigned 32-bit number, 0 for none
/// @param peers the peers in the order in which they were added
public record DeviceStatus(
        @Nullable PublicKey publicKey, int listenPort, int fwmark, List<PeerStatus> peers) {
    public DeviceStatus {
        peers = List.copyOf(peers);
    }
}
