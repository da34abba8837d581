package dev.adit.tools.configure;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerUpdate;
import dev.adit.device.config.PeerUpdate.AllowedIp;
import dev.adit.device.config.file.ConfValues;
import dev.adit.device.config.file.ConfValues.AllowedIpList;
import dev.adit.device.config.file.ConfValues.Destination;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.SecretKey;
import dev.adit.tools.terminal.CommandFailure;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Parses the words of `set`, from left to right. Confined to one thread.
///
/// Words about the interface come before the first peer; each peer has the words up to the next.
final class SetWords {
    private final ConfValues values;
    private final List<String> words;
    private int next;

    private final DeviceUpdate.Builder device = DeviceUpdate.builder();

    /// That the present words belong to; null before the first.
    private PeerUpdate.@Nullable Builder peer;

    private @Nullable AllowedIpList allowedIps; // of that peer, or null for none

    SetWords(ConfValues values, List<String> words) {
        this.values = values;
        this.words = words;
    }

    DeviceUpdate parse() throws CommandFailure, ConfigException {
        while (next < words.size()) {
            String word = words.get(next++);
            if (word.equals("peer")) beginPeer(value(word));
            else if (peer == null) setDevice(word);
            else setPeer(peer, word);
        }
        endPeer();
        return device.build();
    }

    private String value(String word) throws CommandFailure {
        if (next == words.size()) throw invalid(word);
        return words.get(next++);
    }

    private static CommandFailure invalid(String word) {
        return new CommandFailure("Invalid argument: " + word);
    }

    private void setDevice(String word) throws CommandFailure, ConfigException {
        switch (word) {
            case "listen-port" -> device.listenPort(values.port(value(word)));
            case "fwmark" -> device.fwmark(values.fwmark(value(word)));
            case "private-key" -> {
                PrivateKey none = new PrivateKey(ZERO);
                device.privateKey(KeyFile.read(value(word), none, SetWords::privateKey));
            }
            default -> throw invalid(word);
        }
    }

    private static PrivateKey privateKey(byte[] text) throws CommandFailure {
        return PrivateKey.fromBase64(text, 0, text.length).orElseThrow(SetWords::malformed);
    }

    private static PresharedKey presharedKey(byte[] text) throws CommandFailure {
        return PresharedKey.fromBase64(text, 0, text.length).orElseThrow(SetWords::malformed);
    }

    private static CommandFailure malformed() {
        return new CommandFailure(ConfValues.malformedSecret().detail());
    }

    private void beginPeer(String key) throws ConfigException {
        endPeer();
        peer = PeerUpdate.of(values.publicKey(key));
    }

    private void setPeer(PeerUpdate.Builder update, String word)
            throws CommandFailure, ConfigException {
        switch (word) {
            case "remove" -> update.remove();
            case "preshared-key" ->
                    update.presharedKey(
                            KeyFile.read(value(word), PresharedKey.none(), SetWords::presharedKey));
            case "endpoint" -> {
                Destination to = values.destination(value(word));
                update.endpoint(to.endpoint()).endpointName(to.name());
            }
            case "persistent-keepalive" ->
                    update.persistentKeepalive(values.persistentKeepalive(value(word)));
            case "allowed-ips" -> allow(values.allowedIps(value(word).replaceAll("\\s", "")));
            default -> throw invalid(word);
        }
    }

    /// A second list of the same peer continues the first one.
    private void allow(AllowedIpList list) {
        if (allowedIps == null) {
            allowedIps = list;
            return;
        }
        List<AllowedIp> changes = new ArrayList<>(allowedIps.changes());
        changes.addAll(list.changes());
        allowedIps = new AllowedIpList(allowedIps.replace() && list.replace(), changes);
    }

    private void endPeer() {
        if (peer == null) return;
        if (allowedIps != null) {
            if (allowedIps.replace()) peer.replaceAllowedIps();
            peer.allowedIps(allowedIps.changes());
        }
        device.peer(peer);
        peer = null;
        allowedIps = null;
    }

    /// Erases the keys read so far, when the update is abandoned.
    void erase() {
        endPeer();
        device.build().erase();
    }

    private static final MemorySegment ZERO =
            MemorySegment.ofArray(new byte[SecretKey.LENGTH]).asReadOnly();
}
