package dev.adit.device.config.file;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.DeviceInfo;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.EndpointName;
import dev.adit.device.config.PeerConfiguration;
import dev.adit.device.config.draft.DeviceDraft;
import dev.adit.device.resolve.Resolver;
import dev.adit.device.secret.SecretFile;
import dev.adit.device.secret.SecretText;
import dev.adit.device.text.ScopeIds;
import dev.adit.ip.address.IpPrefix;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.SecretKey;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Reads and writes configuration files in the format of `wg setconf` and `wg showconf`.
///
/// Does not know the additions of wg-quick(8). Immutable; as thread-safe as the resolver and the
/// warnings it is given.
public final class ConfFile {
    private final ConfValues values;

    /// @param resolver resolves the names of hosts and services
    /// @param warnings gets a sentence for each value that is accepted but looks like a mistake
    public ConfFile(Resolver resolver, Consumer<String> warnings) {
        values = new ConfValues(resolver, warnings);
    }

    /// The effect of a file on the present configuration.
    public enum Mode {
        /// The file replaces the whole configuration: peers that it does not name are removed, and
        /// keys missing from its interface section are unset (`wg setconf`).
        SET,
        /// The file adds to the configuration (`wg addconf`).
        ADD
    }

    /// Parses `file` into an update, which the receiver erases.
    ///
    /// @throws IOException when it cannot be read
    public DeviceUpdate parse(Path file, Mode mode) throws IOException, ConfigException {
        byte[] text = SecretFile.read(file);
        try {
            return parse(text, file.toString(), mode);
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }

    /// Parses `text` into an update, which the receiver erases; erasing `text` is up to the caller.
    ///
    /// @param name the name of the text, for errors
    public DeviceUpdate parse(byte[] text, String name, Mode mode) throws ConfigException {
        WgConfParser parser = new WgConfParser(values, name);
        try {
            if (mode == Mode.SET) unsetAll(parser.draft());
            for (int from = 0, end; from < text.length; from = end + 1) {
                end = from;
                while (end < text.length && text[end] != '\n') end++;
                parser.line(text, from, end);
            }
            return parser.update();
        } finally {
            parser.erase();
        }
    }

    private static void unsetAll(DeviceDraft draft) {
        draft.privateKey(new PrivateKey(MemorySegment.ofArray(new byte[SecretKey.LENGTH])));
        draft.listenPort(0);
        draft.fwmark(0);
        draft.replacePeers(true);
    }

    /// Prints a file that sets the configuration in `status`. It holds all keys: the caller erases
    /// it.
    public static byte[] print(DeviceConfiguration status) {
        return print(status, DeviceInfo.NONE);
    }

    /// The same, with the names of endpoints from `notes`.
    public static byte[] print(DeviceConfiguration status, DeviceInfo notes) {
        try (SecretText text = new SecretText()) {
            device(text, status);
            for (PeerConfiguration peer : status.peers()) {
                text.add("\n");
                peer(text, peer, notes);
            }
            if (status.peers().isEmpty()) text.add("\n"); // as wg(8) ends the interface section
            return text.toBytes();
        }
    }

    private static void device(SecretText text, DeviceConfiguration status) {
        text.add("[Interface]\n");
        if (status.listenPort() != 0) text.line("ListenPort = ", status.listenPort());
        if (status.fwmark() != 0) {
            text.line("FwMark = 0x", Integer.toHexString(status.fwmark()));
        }
        if (status.privateKey() != null) text.base64Line("PrivateKey = ", status.privateKey());
    }

    private static void peer(SecretText text, PeerConfiguration peer, DeviceInfo notes) {
        text.add("[Peer]\n").line("PublicKey = ", peer.publicKey().toBase64());
        if (!peer.presharedKey().isZero()) {
            text.base64Line("PresharedKey = ", peer.presharedKey());
        }
        if (!peer.allowedIps().isEmpty()) {
            text.line(
                    "AllowedIPs = ",
                    peer.allowedIps().stream()
                            .map(IpPrefix::toString)
                            .collect(Collectors.joining(", ")));
        }
        Optional<EndpointName> name = notes.endpointName(peer.publicKey());
        if (name.isPresent()) text.line("Endpoint = ", name.get());
        else if (peer.endpoint() != null) text.line("Endpoint = ", ScopeIds.print(peer.endpoint()));
        if (peer.persistentKeepalive() != 0) {
            text.line("PersistentKeepalive = ", peer.persistentKeepalive());
        }
    }
}
