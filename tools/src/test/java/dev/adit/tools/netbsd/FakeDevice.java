package dev.adit.tools.netbsd;

import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.DeviceControl;
import dev.adit.device.config.DeviceInfo;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerConfiguration;
import dev.adit.device.config.PeerUpdate;
import dev.adit.ip.address.IpPrefix;
import dev.adit.ip.port.ErrnoException;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A device that keeps what it is told, without doing anything. Confined to one thread.
final class FakeDevice implements DeviceControl {
    private final Map<PublicKey, PeerConfiguration> peers = new LinkedHashMap<>();
    private final Map<PublicKey, DeviceInfo.OfPeer> notes = new LinkedHashMap<>();
    private PrivateKey privateKey;
    private int port;

    /// When the last handshake was, with every peer.
    Instant handshake = Instant.EPOCH;

    /// The error number with which it refuses changes, or 0.
    int errno;

    @Override
    public void configure(DeviceUpdate update) throws IOException {
        if (errno != 0)
            throw new ErrnoException("set", errno, "EADDRINUSE: Address already in use");
        if (update.privateKey() != null) privateKey = update.privateKey().copy();
        port = update.listenPort().orElse(port);
        for (PeerUpdate peer : update.peers()) {
            peers.remove(peer.publicKey());
            notes.remove(peer.publicKey());
            if (peer.remove()) continue;
            peers.put(peer.publicKey(), configuration(peer));
            String name = peer.description() == null ? "" : peer.description();
            notes.put(peer.publicKey(), new DeviceInfo.OfPeer(notes.size() + 1, name));
        }
    }

    private static PeerConfiguration configuration(PeerUpdate peer) {
        List<IpPrefix> prefixes = new ArrayList<>();
        peer.allowedIps().forEach(ip -> prefixes.add(ip.prefix()));
        return new PeerConfiguration(
                peer.publicKey(),
                peer.presharedKey() == null ? PresharedKey.none() : peer.presharedKey().copy(),
                peer.endpoint(),
                Instant.EPOCH,
                0,
                0,
                0,
                prefixes);
    }

    @Override
    public DeviceConfiguration configuration() {
        List<PeerConfiguration> now = new ArrayList<>();
        for (PeerConfiguration peer : peers.values()) {
            now.add(
                    new PeerConfiguration(
                            peer.publicKey(),
                            peer.presharedKey().copy(),
                            peer.endpoint(),
                            handshake,
                            0,
                            0,
                            0,
                            peer.allowedIps()));
        }
        return new DeviceConfiguration(privateKey == null ? null : privateKey.copy(), port, 0, now);
    }

    @Override
    public DeviceInfo notes() {
        return new DeviceInfo(false, List.of(), notes);
    }

    @Override
    public Map<DropReason, Long> drops() {
        return Map.of();
    }
}
