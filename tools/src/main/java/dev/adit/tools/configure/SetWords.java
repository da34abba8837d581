package dev.adit.tools.configure;

import dev.adit.device.config.ConfValues;
import dev.adit.device.config.ConfValues.AllowedIpList;
import dev.adit.device.config.ConfValues.Destination;
import dev.adit.device.config.ConfigException;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerUpdate;
import dev.adit.device.config.PeerUpdate.AllowedIp;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.keys.SecretKey;
import dev.adit.tools.terminal.CommandFailure;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// Parses the words of `set`, from left to right. Confined to one thread.
///
/// Words about the interface come before the first peer; each peer has the words up to the next.
final class SetWords {
    private final ConfValues values;
    private final List<String> words;
    private int next;

    private PrivateKey privateKey;
    private OptionalInt listenPort = OptionalInt.empty();
    private OptionalInt fwmark = OptionalInt.empty();
    private final List<PeerUpdate> peers = new ArrayList<>();

    // The peer that the present words belong to.
    private PublicKey peer;
    private boolean remove;
    private PresharedKey presharedKey;
    private Destination endpoint;
    private OptionalInt keepalive = OptionalInt.empty();
    private AllowedIpList allowedIps;

    SetWords(ConfValues values, List<String> words) {
        this.values = values;
        this.words = words;
    }

    DeviceUpdate parse() throws CommandFailure, ConfigException {
        while (next < words.size()) {
            String word = words.get(next++);
            if (word.equals("peer")) beginPeer(value(word));
            else if (peer == null) setDevice(word);
            else setPeer(word);
        }
        endPeer();
        return update();
    }

    private DeviceUpdate update() {
        return new DeviceUpdate(privateKey, listenPort, fwmark, false, peers);
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
            case "listen-port" -> listenPort = OptionalInt.of(values.port(value(word)));
            case "fwmark" -> fwmark = OptionalInt.of(values.fwmark(value(word)));
            case "private-key" -> {
                PrivateKey none = new PrivateKey(ZERO);
                privateKey = KeyFile.read(value(word), none, SetWords::privateKey);
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
        peer = values.publicKey(key);
    }

    private void setPeer(String word) throws CommandFailure, ConfigException {
        switch (word) {
            case "remove" -> remove = true;
            case "preshared-key" ->
                    presharedKey =
                            KeyFile.read(value(word), PresharedKey.none(), SetWords::presharedKey);
            case "endpoint" -> endpoint = values.destination(value(word));
            case "persistent-keepalive" ->
                    keepalive = OptionalInt.of(values.persistentKeepalive(value(word)));
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
        boolean replace = allowedIps != null && allowedIps.replace();
        peers.add(
                new PeerUpdate(
                        peer,
                        remove,
                        false,
                        presharedKey,
                        endpoint == null ? null : endpoint.endpoint(),
                        keepalive,
                        replace,
                        allowedIps == null ? List.of() : allowedIps.changes(),
                        null,
                        endpoint == null ? null : endpoint.name()));
        peer = null;
        remove = false;
        presharedKey = null;
        endpoint = null;
        keepalive = OptionalInt.empty();
        allowedIps = null;
    }

    /// Erases the keys read so far, when the update is abandoned.
    void erase() {
        if (presharedKey != null) presharedKey.erase();
        update().erase();
    }

    private static final MemorySegment ZERO =
            MemorySegment.ofArray(new byte[SecretKey.LENGTH]).asReadOnly();
}
