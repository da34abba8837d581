package dev.adit.device.config.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerConfiguration;
import dev.adit.device.config.PeerUpdate;
import dev.adit.device.config.file.ConfFile.Mode;
import dev.adit.device.uapi.text.UapiText;
import dev.adit.fuzz.FixedResolver;
import dev.adit.fuzz.Input;
import dev.adit.fuzz.Secrets;
import dev.adit.fuzz.Target;
import dev.adit.ip.address.IpPrefix;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PublicKey;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A configuration file: refused with a reason that tells no key, or taken for an update that the
/// socket takes too, and that a file written from it sets again.
public final class ConfFileFuzz implements Target {
    private final ConfFile file = new ConfFile(new FixedResolver(), warning -> {});

    @Override
    public void take(byte[] bytes) {
        Input input = new Input(bytes);
        Mode mode = input.flag() ? Mode.ADD : Mode.SET;
        byte[] text = input.rest();
        DeviceUpdate update;
        try {
            update = file.parse(text, "fuzz.conf", mode);
        } catch (ConfigException refused) {
            assertThat(refused.getMessage()).startsWith("fuzz.conf:");
            Secrets.stay(refused, new String(text, StandardCharsets.UTF_8));
            return;
        }
        byte[] printed = UapiText.print(update);
        try {
            assertThat(UapiText.print(UapiText.parseUpdate(printed))).isEqualTo(printed);
            if (mode == Mode.SET) setAgain(update);
        } catch (ConfigException e) {
            throw new AssertionError("taken from a file, and then refused", e);
        }
    }

    private void setAgain(DeviceUpdate update) throws ConfigException {
        DeviceConfiguration status = configuration(update);
        if (status == null) return;
        byte[] printed = ConfFile.print(status);
        DeviceUpdate again = file.parse(printed, "again.conf", Mode.SET);
        assertThat(UapiText.print(configuration(again))).isEqualTo(UapiText.print(status));
    }

    /// What a device is set to that had nothing before; null where one line of the file overrides
    /// another in a way that is the device's to know.
    private static DeviceConfiguration configuration(DeviceUpdate update) {
        Set<PublicKey> keys = new HashSet<>();
        Set<IpPrefix> prefixes = new HashSet<>();
        List<PeerConfiguration> peers = new ArrayList<>();
        for (PeerUpdate peer : update.peers()) {
            if (!keys.add(peer.publicKey())) return null;
            for (PeerUpdate.AllowedIp ip : peer.allowedIps()) {
                if (ip.remove() || !prefixes.add(ip.prefix())) return null;
            }
            peers.add(configuration(peer));
        }
        return new DeviceConfiguration(
                update.privateKey().isZero() ? null : update.privateKey(),
                update.listenPort().orElseThrow(),
                update.fwmark().orElseThrow(),
                peers);
    }

    private static PeerConfiguration configuration(PeerUpdate peer) {
        return new PeerConfiguration(
                peer.publicKey(),
                peer.presharedKey() == null ? PresharedKey.none() : peer.presharedKey(),
                peer.endpoint(),
                Instant.EPOCH,
                0,
                0,
                peer.persistentKeepalive().orElse(0),
                peer.allowedIps().stream().map(PeerUpdate.AllowedIp::prefix).toList());
    }
}
