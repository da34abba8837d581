package dev.adit.device.uapi.text;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.DeviceInfo;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerConfiguration;
import dev.adit.device.config.PeerUpdate;
import dev.adit.device.config.Resolution;
import dev.adit.device.secret.SecretOutput;
import dev.adit.device.secret.SecretText;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Prints and parses configuration as the `key=value` lines of the cross-platform configuration
/// protocol (UAPI).
///
/// The operation line before them, and the error number and the empty line behind them, are up to
/// the socket. [UpdateParser] and [ConfigurationParser] parse line by line. Stateless.
public final class UapiText {
    /// Prints the lines of an answer to `get`, in wireguard-go's order. They hold all keys: the
    /// caller erases them.
    public static byte[] print(DeviceConfiguration status) {
        try (SecretText text = new SecretText()) {
            device(text, status);
            for (PeerConfiguration peer : status.peers()) peer(text, peer);
            return text.toBytes();
        }
    }

    /// Writes the same to `out`, a few peers at a time.
    public static void print(DeviceConfiguration status, SecretOutput out) throws IOException {
        try (SecretText text = new SecretText()) {
            device(text, status);
            for (PeerConfiguration peer : status.peers()) {
                peer(text, peer);
                text.drainIfLong(out);
            }
            text.drain(out);
        }
    }

    /// Prints the lines of a `set`, in the order of wg(8). They hold all keys: the caller erases
    /// them.
    public static byte[] print(DeviceUpdate update) {
        try (SecretText text = new SecretText()) {
            device(text, update);
            for (PeerUpdate peer : update.peers()) peer(text, peer);
            return text.toBytes();
        }
    }

    /// Writes the same to `out`, a few peers at a time.
    public static void print(DeviceUpdate update, SecretOutput out) throws IOException {
        try (SecretText text = new SecretText()) {
            device(text, update);
            for (PeerUpdate peer : update.peers()) {
                peer(text, peer);
                text.drainIfLong(out);
            }
            text.drain(out);
        }
    }

    /// Parses the lines of a `set`; an empty `text` is an empty update. The caller erases the
    /// update and `text`.
    public static DeviceUpdate parseUpdate(byte[] text) throws ConfigException {
        UpdateParser parser = new UpdateParser();
        try {
            eachLine(text, parser::line);
            return parser.update();
        } finally {
            parser.erase();
        }
    }

    /// Parses the lines of an answer to `get`. The caller erases the status and `text`.
    public static DeviceConfiguration parseStatus(byte[] text) throws ConfigException {
        ConfigurationParser parser = new ConfigurationParser();
        try {
            eachLine(text, parser::line);
            return parser.configuration();
        } finally {
            parser.erase();
        }
    }

    private static void eachLine(byte[] text, LineSink lines) throws ConfigException {
        for (int from = 0, end; from < text.length; from = end + 1) {
            end = from;
            while (end < text.length && text[end] != '\n') end++;
            lines.line(text, from, end - from);
        }
    }

    /// Prints the lines of an answer to `notes`, which only Adit has.
    public static byte[] print(DeviceInfo notes) {
        StringBuilder text = new StringBuilder();
        if (notes.link() != DeviceInfo.Link.UNKNOWN) {
            text.append("link=").append(notes.link() == DeviceInfo.Link.UP ? "up\n" : "down\n");
        }
        if (!notes.socketFailure().isEmpty()) {
            text.append("socket_failure=").append(notes.socketFailure().replace('\n', ' '));
            text.append('\n');
        }
        text.append("debug=").append(notes.debug()).append('\n');
        text.append("resolve_names=").append(notes.resolveNames()).append('\n');
        for (String name : notes.offloads()) text.append("offload=").append(name).append('\n');
        notes.peers()
                .forEach(
                        (peer, note) -> {
                            text.append("public_key=").append(peer.toHex()).append('\n');
                            text.append("number=").append(note.number()).append('\n');
                            if (!note.description().isEmpty()) {
                                text.append("description=").append(note.description()).append('\n');
                            }
                            if (note.endpointName() == null) return;
                            text.append("endpoint_name=").append(note.endpointName()).append('\n');
                        });
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /// Prints the lines of an answer to `resolve`, which only Adit has.
    public static byte[] print(List<Resolution> resolutions) {
        StringBuilder text = new StringBuilder();
        for (Resolution one : resolutions) {
            text.append("public_key=").append(one.peer().toHex()).append('\n');
            text.append("endpoint_name=").append(one.name()).append('\n');
            if (one.endpoint() != null) {
                text.append("endpoint=").append(one.endpoint()).append('\n');
            }
            text.append("moved=").append(one.moved()).append('\n');
            if (!one.failure().isEmpty()) {
                text.append("failure=").append(one.failure().replace('\n', ' ')).append('\n');
            }
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private interface LineSink {
        void line(byte[] text, int from, int length) throws ConfigException;
    }

    private static void device(SecretText text, DeviceConfiguration status) {
        if (status.privateKey() != null) text.hexLine("private_key=", status.privateKey());
        if (status.listenPort() != 0) text.line("listen_port=", status.listenPort());
        if (status.fwmark() != 0) {
            text.line("fwmark=", Integer.toUnsignedString(status.fwmark()));
        }
    }

    @SuppressWarnings("JavaInstantGetSecondsGetNano") // the other line has the seconds
    private static void peer(SecretText text, PeerConfiguration peer) {
        text.line("public_key=", peer.publicKey().toHex());
        text.hexLine("preshared_key=", peer.presharedKey());
        text.add("protocol_version=1\n");
        if (peer.endpoint() != null) text.line("endpoint=", peer.endpoint());
        text.line("last_handshake_time_sec=", peer.lastHandshake().getEpochSecond());
        text.line("last_handshake_time_nsec=", peer.lastHandshake().getNano());
        text.line("tx_bytes=", peer.sentBytes());
        text.line("rx_bytes=", peer.receivedBytes());
        text.line("persistent_keepalive_interval=", peer.persistentKeepalive());
        peer.allowedIps().forEach(prefix -> text.line("allowed_ip=", prefix));
    }

    private static void device(SecretText text, DeviceUpdate update) {
        if (update.privateKey() != null) text.hexLine("private_key=", update.privateKey());
        update.listenPort().ifPresent(port -> text.line("listen_port=", port));
        update.fwmark().ifPresent(mark -> text.line("fwmark=", Integer.toUnsignedString(mark)));
        if (update.replacePeers()) text.add("replace_peers=true\n");
        update.debug().ifPresent(on -> text.line("debug=", on));
        update.resolveNames().ifPresent(on -> text.line("resolve_names=", on));
    }

    private static void peer(SecretText text, PeerUpdate peer) {
        text.line("public_key=", peer.publicKey().toHex());
        if (peer.updateOnly()) text.add("update_only=true\n");
        if (peer.remove()) {
            text.add("remove=true\n");
            return; // nothing else of it matters
        }
        if (peer.presharedKey() != null) text.hexLine("preshared_key=", peer.presharedKey());
        if (peer.endpoint() != null) text.line("endpoint=", peer.endpoint());
        if (peer.endpointName() != null) text.line("endpoint_name=", peer.endpointName());
        peer.persistentKeepalive()
                .ifPresent(seconds -> text.line("persistent_keepalive_interval=", seconds));
        if (peer.replaceAllowedIps()) text.add("replace_allowed_ips=true\n");
        for (PeerUpdate.AllowedIp allowedIp : peer.allowedIps()) {
            text.line(allowedIp.remove() ? "allowed_ip=-" : "allowed_ip=", allowedIp.prefix());
        }
        if (peer.description() != null) text.utf8Line("description=", peer.description());
    }

    /// The keys of a `set` that only Adit understands.
    public static final List<String> EXTENSIONS =
            List.of(
                    UapiKeys.DEBUG,
                    UapiKeys.RESOLVE_NAMES,
                    UapiKeys.DESCRIPTION,
                    UapiKeys.ENDPOINT_NAME);

    private UapiText() {}
}
