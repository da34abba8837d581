package dev.adit.tools.netbsd;

import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.DeviceControl;
import dev.adit.device.config.DeviceInfo;
import dev.adit.device.config.PeerConfiguration;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpPrefix;
import dev.adit.protocol.keys.SecretKey;
import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.ErasableText;
import dev.adit.tools.terminal.ErrorText;
import dev.adit.tools.terminal.Terminal;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// Prints what `wgconfig` shows of an interface. Confined to one thread.
final class WgConfigView {
    private final String name;
    private final DeviceControl device;

    WgConfigView(String name, DeviceControl device) {
        this.name = name;
        this.device = device;
    }

    /// Prints the interface and its peers, the newest first.
    int all(Terminal terminal) throws CommandFailure, IOException {
        DeviceConfiguration status = configuration();
        try (ErasableText text = new ErasableText()) {
            DeviceInfo notes = notes();
            text.add("interface: " + name + "\n\tprivate-key: (hidden)\n");
            String port = status.listenPort() == 0 ? "(none)" : "" + status.listenPort();
            text.add("\tlisten-port: " + port + "\n");
            for (PeerConfiguration peer : status.peers().reversed()) {
                String peerName = notes.description(peer.publicKey()).orElse("(none)");
                text.add("\tpeer: " + peerName + "\n");
                add(text, "\t\t", peer, false);
            }
            text.writeTo(terminal.out());
            return 0;
        } finally {
            status.erase();
        }
    }

    /// Prints one peer; exit status 1 without a message when it does not exist but others do.
    ///
    /// @param secret whether to show its preshared key
    int peer(Terminal terminal, String peerName, boolean secret)
            throws CommandFailure, IOException {
        DeviceConfiguration status = configuration();
        try (ErasableText text = new ErasableText()) {
            DeviceInfo notes = notes();
            for (PeerConfiguration peer : status.peers().reversed()) {
                if (!notes.description(peer.publicKey()).equals(Optional.of(peerName))) continue;
                text.add("peer: " + peerName + "\n");
                add(text, "\t", peer, secret);
                text.writeTo(terminal.out());
                return 0;
            }
            return status.peers().isEmpty() ? 0 : 1;
        } finally {
            status.erase();
        }
    }

    int privateKey(Terminal terminal) throws CommandFailure, IOException {
        DeviceConfiguration status = configuration();
        try (ErasableText text = new ErasableText()) {
            text.add("private-key: ");
            key(text, status.privateKey()).add("\n").writeTo(terminal.out());
            return 0;
        } finally {
            status.erase();
        }
    }

    private static void add(
            ErasableText text, String indent, PeerConfiguration peer, boolean secret) {
        text.add(indent + "public-key: " + peer.publicKey().toBase64() + "\n");
        text.add(indent + "endpoint: " + endpoint(peer.endpoint()) + "\n");
        text.add(indent + "preshared-key: ");
        if (secret) key(text, peer.presharedKey()).add("\n");
        else text.add("(hidden)\n");
        if (!peer.allowedIps().isEmpty()) {
            text.add(indent + "allowed-ips: " + joined(peer.allowedIps()) + "\n");
        }
        text.add(indent + "latest-handshake: " + time(peer.lastHandshake()) + "\n");
    }

    /// The address and the port with a colon between them, without brackets.
    private static String endpoint(@Nullable Endpoint endpoint) {
        return endpoint == null ? "(none)" : endpoint.address() + ":" + endpoint.port();
    }

    private static String joined(List<IpPrefix> prefixes) {
        return prefixes.stream().map(IpPrefix::toString).collect(Collectors.joining(","));
    }

    private static String time(Instant handshake) {
        if (handshake.getEpochSecond() == 0) return "(never)";
        return CTIME.format(handshake.atZone(ZoneId.systemDefault()));
    }

    private static ErasableText key(ErasableText text, @Nullable SecretKey key) {
        return key == null || key.isZero() ? text.add("(none)") : text.add(key);
    }

    private DeviceConfiguration configuration() throws CommandFailure {
        try {
            return device.configuration();
        } catch (IOException e) {
            throw WgConfigFailure.of("ioctl(SIOCGDRVSPEC): " + ErrorText.of(e));
        }
    }

    private DeviceInfo notes() throws CommandFailure {
        try {
            return device.notes();
        } catch (IOException e) {
            throw WgConfigFailure.of("ioctl(SIOCGDRVSPEC): " + ErrorText.of(e));
        }
    }

    /// The format of ctime(3).
    private static final DateTimeFormatter CTIME =
            DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ROOT);
}
