package dev.adit.device.config;

import dev.adit.protocol.keys.PrivateKey;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// A device's configuration, with its keys, and its counters at one moment. Immutable.
///
/// Code that does not need the keys asks for a [DeviceStatus] instead.
///
/// @param privateKey a copy of the private key, or null when there is none
/// @param listenPort the UDP port, or 0 when none is open or set
/// @param fwmark the firewall mark as an unsigned 32-bit number, 0 for none
/// @param peers the peers in the order in which they were added
public record DeviceConfiguration(
        @Nullable PrivateKey privateKey,
        int listenPort,
        int fwmark,
        List<PeerConfiguration> peers) {
    public DeviceConfiguration {
        peers = List.copyOf(peers);
    }

    /// The same without the keys.
    public DeviceStatus status() {
        return new DeviceStatus(
                privateKey == null ? null : privateKey.publicKey(),
                listenPort,
                fwmark,
                peers.stream().map(PeerConfiguration::status).toList());
    }

    /// Erases the keys in this configuration. The code that asked for it has to call this.
    public void erase() {
        if (privateKey != null) privateKey.erase();
        peers.forEach(PeerConfiguration::erase);
    }
}
