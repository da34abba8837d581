package dev.adit.device;

import dev.adit.device.config.DeviceInfo;
import dev.adit.device.config.EndpointName;
import dev.adit.device.listener.DeviceLog;
import dev.adit.device.resolve.EndpointResolver;
import dev.adit.ip.port.Offload;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.tunnel.Peer;
import dev.adit.protocol.tunnel.Tunnel;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// Reads the [DeviceInfo] of a device. Guarded by the device's monitor.
final class DeviceInfoReader {
    private final Tunnel tunnel;
    private final UdpSockets sockets;
    private final Map<PublicKey, String> descriptions;
    private final EndpointResolver endpointNames;
    private final DeviceLog log;

    DeviceInfoReader(
            Tunnel tunnel,
            UdpSockets sockets,
            Map<PublicKey, String> descriptions,
            EndpointResolver endpointNames,
            DeviceLog log) {
        this.tunnel = tunnel;
        this.sockets = sockets;
        this.descriptions = descriptions;
        this.endpointNames = endpointNames;
        this.log = log;
    }

    /// @param up whether the interface is up
    DeviceInfo read(boolean up, Set<Offload> offloads) {
        Map<PublicKey, DeviceInfo.OfPeer> peers = new LinkedHashMap<>();
        for (Peer peer : tunnel.peers()) {
            String description = descriptions.getOrDefault(peer.publicKey(), "");
            EndpointName name = endpointNames.of(peer.publicKey());
            peers.put(peer.publicKey(), new DeviceInfo.OfPeer(peer.number(), description, name));
        }
        return new DeviceInfo(
                up ? DeviceInfo.Link.UP : DeviceInfo.Link.DOWN,
                sockets.failure(),
                log.isDebugging(),
                endpointNames.isAutomatic(),
                offloads.stream().map(Offload::text).toList(),
                peers);
    }
}
