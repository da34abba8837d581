package dev.adit.device.config;

import dev.adit.protocol.keys.PrivateKey;

import java.util.List;

/// A device's configuration and counters at one moment. Immutable.
///
/// @param privateKey a copy of the private key, or null when there is none
/// @param listenPort the UDP port, or 0 when none is open or set
/// @param fwmark the firewall mark as an unsigned 32-bit number, 0 for none
/// @param peers the peers in the order in which they were added
public record DeviceStatus(
        PrivateKey privateKey, int listenPort, int fwmark, List<PeerStatus> peers) {
    public DeviceStatus {
        peers = List.copyOf(peers);
    }

    /// Erases the keys in this status. The code that asked for it has to call this.
    public void erase() {
        if (privateKey != null) privateKey.erase();
        peers.forEach(PeerStatus::erase);
    }
}
