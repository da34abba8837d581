package dev.adit.proxy.health;

import dev.adit.device.config.DeviceStatus;
import dev.adit.device.config.PeerStatus;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpPrefix;
import dev.adit.protocol.keys.PublicKey;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/// The metrics of a device and its peers, by the names that the usual exporters of WireGuard have
/// given them, so that dashboards for those work. Confined to one thread.
///
/// Of more than 1,000 peers only numbers are given, and of more than 4,096 allowed IPs the first:
/// each label makes a series of its own where it is collected.
final class PeerMetrics {
    private final MetricsText to;
    private final String network;
    private final List<PeerStatus> peers;
    private final Instant now;

    PeerMetrics(MetricsText to, String network, DeviceStatus device, Instant now) {
        this.to = to;
        this.network = network;
        this.peers = device.peers();
        this.now = now;
    }

    void add(DeviceStatus device) {
        addStates();
        to.gauge("wireguard_device_info", "The device and its public key.");
        PublicKey own = device.publicKey();
        to.add(1, DEVICE, network, KEY, own == null ? "" : own.toBase64());
        if (peers.size() > MOST_PEERS) return;
        addBytes();
        addHandshakes();
        addFacts();
    }

    private void addStates() {
        to.gauge("adit_peers", "Peers by the state of their session.");
        long up = peers.stream().filter(peer -> PeerReadiness.hasSession(peer, now)).count();
        long never = peers.stream().filter(PeerMetrics::isNever).count();
        to.add(up, INTERFACE, network, "state", "up");
        to.add(peers.size() - up - never, INTERFACE, network, "state", "stale");
        to.add(never, INTERFACE, network, "state", "never");
    }

    private static boolean isNever(PeerStatus peer) {
        return peer.lastHandshake().equals(Instant.EPOCH);
    }

    private void addBytes() {
        to.counter("wireguard_sent_bytes_total", "Bytes sent to the peer.");
        each(PeerStatus::sentBytes);
        to.counter("wireguard_received_bytes_total", "Bytes received from the peer.");
        each(PeerStatus::receivedBytes);
        to.counter("wireguard_peer_transmit_bytes_total", "Bytes sent to the peer.");
        eachOfDevice(PeerStatus::sentBytes);
        to.counter("wireguard_peer_receive_bytes_total", "Bytes received from the peer.");
        eachOfDevice(PeerStatus::receivedBytes);
    }

    private void addHandshakes() {
        to.gauge("wireguard_latest_handshake_seconds", "Unix time of the last handshake, 0 never.");
        each(peer -> peer.lastHandshake().getEpochSecond());
        to.gauge("wireguard_peer_last_handshake_seconds", "Unix time of the last handshake.");
        eachOfDevice(peer -> peer.lastHandshake().getEpochSecond());
        to.gauge("wireguard_latest_handshake_delay_seconds", "Age of the last handshake.");
        for (PeerStatus peer : peers) {
            if (isNever(peer)) continue;
            long age = Math.max(0, Duration.between(peer.lastHandshake(), now).toSeconds());
            to.add(age, labels(peer));
        }
    }

    private void addFacts() {
        to.gauge("wireguard_peer_info", "The peer and its endpoint.");
        for (PeerStatus peer : peers) {
            Endpoint endpoint = peer.endpoint();
            String text = endpoint == null ? "" : endpoint.toString();
            to.add(1, DEVICE, network, KEY, key(peer), "endpoint", text, "name", "");
        }
        to.gauge("wireguard_peer_allowed_ips_info", "An allowed IP of the peer.");
        int left = MOST_PREFIXES;
        for (PeerStatus peer : peers) {
            for (IpPrefix prefix : peer.allowedIps()) {
                if (left-- <= 0) return;
                String family = prefix.address().v6() ? "IPv6" : "IPv4";
                String text = prefix.toString();
                to.add(1, DEVICE, network, KEY, key(peer), IPS, text, "family", family);
            }
        }
    }

    private void each(ToLongFunction<PeerStatus> value) {
        for (PeerStatus peer : peers) to.add(value.applyAsLong(peer), labels(peer));
    }

    private String[] labels(PeerStatus peer) {
        String all =
                peer.allowedIps().stream()
                        .limit(MOST_PREFIXES_OF_ONE)
                        .map(IpPrefix::toString)
                        .collect(Collectors.joining(","));
        return new String[] {INTERFACE, network, KEY, key(peer), IPS, all};
    }

    private void eachOfDevice(ToLongFunction<PeerStatus> value) {
        for (PeerStatus peer : peers) {
            to.add(value.applyAsLong(peer), DEVICE, network, KEY, key(peer));
        }
    }

    private static String key(PeerStatus peer) {
        return peer.publicKey().toBase64();
    }

    private static final int MOST_PEERS = 1000;
    private static final int MOST_PREFIXES = 4096;
    private static final int MOST_PREFIXES_OF_ONE = 64;
    private static final String INTERFACE = "interface";
    private static final String DEVICE = "device";
    private static final String KEY = "public_key";
    private static final String IPS = "allowed_ips";
}
