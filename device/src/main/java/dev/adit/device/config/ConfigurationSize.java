package dev.adit.device.config;

/// The number of peers and allowed IPs of a [DeviceConfiguration], known before the configuration
/// is created. Immutable.
///
/// @param peers the number of peers
/// @param allowedIps the number of allowed IPs of all peers together
public record ConfigurationSize(long peers, long allowedIps) {
    /// The size of a configuration.
    public static ConfigurationSize of(DeviceConfiguration configuration) {
        long allowedIps = 0;
        for (PeerConfiguration peer : configuration.peers()) allowedIps += peer.allowedIps().size();
        return new ConfigurationSize(configuration.peers().size(), allowedIps);
    }
}
