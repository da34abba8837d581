package dev.adit.device;

import dev.adit.device.config.ConfigurationSize;
import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.DeviceStatus;
import dev.adit.device.config.PeerConfiguration;
import dev.adit.device.config.PeerStatus;
import dev.adit.protocol.tunnel.Peer;
import dev.adit.protocol.tunnel.PeerStats;
import dev.adit.protocol.tunnel.Tunnel;

import java.util.List;

/// Reads the configuration and the state of a tunnel and its peers. Immutable; the caller keeps the
/// configuration from changing meanwhile.
final class TunnelSnapshot {
    private final Tunnel tunnel;

    TunnelSnapshot(Tunnel tunnel) {
        this.tunnel = tunnel;
    }

    ConfigurationSize size() {
        List<Peer> peers = tunnel.peers();
        long allowedIps = 0;
        for (Peer peer : peers) allowedIps += tunnel.allowedIps(peer).size();
        return new ConfigurationSize(peers.size(), allowedIps);
    }

    /// The configuration with copies of the keys, which the receiver erases.
    DeviceConfiguration configuration(int listenPort, int fwmark) {
        return new DeviceConfiguration(
                tunnel.privateKey().orElse(null),
                listenPort,
                fwmark,
                tunnel.peers().stream().map(this::configuration).toList());
    }

    private PeerConfiguration configuration(Peer peer) {
        PeerStats stats = peer.stats();
        return new PeerConfiguration(
                peer.publicKey(),
                peer.presharedKey(),
                peer.endpoint(),
                stats.lastHandshake(),
                stats.receivedBytes(),
                stats.sentBytes(),
                peer.persistentKeepalive(),
                tunnel.allowedIps(peer));
    }

    /// The state without keys, of which none is copied.
    DeviceStatus status(int listenPort, int fwmark) {
        return new DeviceStatus(
                tunnel.publicKey().orElse(null),
                listenPort,
                fwmark,
                tunnel.peers().stream().map(this::status).toList());
    }

    private PeerStatus status(Peer peer) {
        PeerStats stats = peer.stats();
        return new PeerStatus(
                peer.publicKey(),
                peer.hasPresharedKey(),
                peer.endpoint(),
                stats.lastHandshake(),
                stats.receivedBytes(),
                stats.sentBytes(),
                peer.persistentKeepalive(),
                tunnel.allowedIps(peer));
    }
}
