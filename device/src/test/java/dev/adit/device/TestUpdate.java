package dev.adit.device;

import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.EndpointName;
import dev.adit.device.config.PeerUpdate;
import dev.adit.device.config.PeerUpdate.AllowedIp;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpPrefix;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Updates of a device, put together piece by piece. Confined to one thread.
final class TestUpdate {
    private PrivateKey privateKey;
    private OptionalInt port = OptionalInt.empty();
    private OptionalInt fwmark = OptionalInt.empty();
    private boolean replacePeers;
    private Optional<Boolean> debug = Optional.empty();
    private Optional<Boolean> resolveNames = Optional.empty();
    private final List<PeerUpdate> peers = new ArrayList<>();

    static TestUpdate of() {
        return new TestUpdate();
    }

    TestUpdate privateKey(PrivateKey key) {
        privateKey = key;
        return this;
    }

    TestUpdate port(int number) {
        port = OptionalInt.of(number);
        return this;
    }

    TestUpdate fwmark(int mark) {
        fwmark = OptionalInt.of(mark);
        return this;
    }

    TestUpdate replacePeers() {
        replacePeers = true;
        return this;
    }

    TestUpdate peer(OfPeer peer) {
        peers.add(peer.build());
        return this;
    }

    TestUpdate debug(boolean on) {
        debug = Optional.of(on);
        return this;
    }

    TestUpdate resolveNames(boolean on) {
        resolveNames = Optional.of(on);
        return this;
    }

    DeviceUpdate build() {
        return new DeviceUpdate(privateKey, port, fwmark, replacePeers, debug, resolveNames, peers);
    }

    /// A change to the peer with this key.
    static OfPeer peer(PublicKey key) {
        return new OfPeer(key);
    }

    /// What is to change about one peer.
    static final class OfPeer {
        private final PublicKey key;
        private boolean remove;
        private boolean updateOnly;
        private PresharedKey presharedKey;
        private Endpoint endpoint;
        private OptionalInt keepalive = OptionalInt.empty();
        private boolean replaceAllowedIps;
        private final List<AllowedIp> allowedIps = new ArrayList<>();
        private String description;
        private EndpointName name;

        private OfPeer(PublicKey key) {
            this.key = key;
        }

        OfPeer remove() {
            remove = true;
            return this;
        }

        OfPeer updateOnly() {
            updateOnly = true;
            return this;
        }

        OfPeer presharedKey(PresharedKey psk) {
            presharedKey = psk;
            return this;
        }

        OfPeer endpoint(Endpoint to) {
            endpoint = to;
            return this;
        }

        OfPeer keepalive(int seconds) {
            keepalive = OptionalInt.of(seconds);
            return this;
        }

        OfPeer replaceAllowedIps() {
            replaceAllowedIps = true;
            return this;
        }

        OfPeer allow(String... prefixes) {
            for (String prefix : prefixes) {
                allowedIps.add(new AllowedIp(IpPrefix.parse(prefix).orElseThrow(), false));
            }
            return this;
        }

        OfPeer disallow(String prefix) {
            allowedIps.add(new AllowedIp(IpPrefix.parse(prefix).orElseThrow(), true));
            return this;
        }

        OfPeer name(String host, int port) {
            name = new EndpointName(host, port);
            return this;
        }

        OfPeer description(String text) {
            description = text;
            return this;
        }

        private PeerUpdate build() {
            return new PeerUpdate(
                    key,
                    remove,
                    updateOnly,
                    presharedKey,
                    endpoint,
                    keepalive,
                    replaceAllowedIps,
                    allowedIps,
                    description,
                    name);
        }
    }
}
