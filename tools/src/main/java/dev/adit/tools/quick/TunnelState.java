package dev.adit.tools.quick;

import dev.adit.device.config.DeviceStatus;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerStatus;
import dev.adit.device.config.PeerUpdate;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpPrefix;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.SequencedSet;

/// The parts of a device's state that the system's routes depend on, without keys. Immutable.
///
/// @param endpoints those of the peers that have one
/// @param allowedIps those of all peers
/// @param mark the firewall mark as an unsigned number, 0 for none
record TunnelState(List<Endpoint> endpoints, List<IpPrefix> allowedIps, int mark) {
    TunnelState {
        endpoints = List.copyOf(endpoints);
        allowedIps = List.copyOf(allowedIps);
    }

    static TunnelState of(DeviceStatus status) {
        return new TunnelState(
                status.peers().stream().map(PeerStatus::endpoint).filter(Objects::nonNull).toList(),
                status.peers().stream().flatMap(peer -> peer.allowedIps().stream()).toList(),
                status.fwmark());
    }

    /// The state of a new device after `update`, which has nothing to remove.
    static TunnelState predict(DeviceUpdate update) {
        SequencedSet<IpPrefix> allowedIps = new LinkedHashSet<>();
        for (PeerUpdate peer : update.peers()) {
            peer.allowedIps().stream()
                    .filter(change -> !change.remove())
                    .forEach(change -> allowedIps.add(change.prefix()));
        }
        return new TunnelState(
                update.peers().stream().map(PeerUpdate::endpoint).filter(Objects::nonNull).toList(),
                List.copyOf(allowedIps),
                update.fwmark().orElse(0));
    }

    /// True when some peer has all addresses of a family.
    boolean isFull() {
        return allowedIps.stream().anyMatch(prefix -> prefix.length() == 0);
    }

    /// The allowed IPs in the order in which they are routed: the most specific first, and equally
    /// specific ones in the reverse order of their texts, as sort(1) -r leaves them.
    List<IpPrefix> routes() {
        return allowedIps.stream()
                .sorted(
                        Comparator.comparingInt(IpPrefix::length)
                                .thenComparing(IpPrefix::toString)
                                .reversed())
                .toList();
    }
}
