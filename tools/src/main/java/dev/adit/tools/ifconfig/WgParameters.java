package dev.adit.tools.ifconfig;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerDescription;
import dev.adit.device.config.PeerUpdate;
import dev.adit.device.config.file.ConfValues;
import dev.adit.device.resolve.Resolver;
import dev.adit.ip.address.IpPrefix;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.tools.terminal.CommandFailure;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/// Collects the words about keys and peers into one update. Confined to one thread. Code that does
/// not take the update calls [#erase].
final class WgParameters {
    private final WordReader words;
    private final ConfValues values;
    private final KeySource keys;
    private boolean any;
    private final DeviceUpdate.Builder device = DeviceUpdate.builder();
    private @Nullable PrivateKey privateKey;
    private @Nullable PeerParameters peer; // the peer of the present words, or null

    WgParameters(WordReader words, Resolver resolver, KeySource keys) {
        this.words = words;
        this.keys = keys;
        values = new ConfValues(resolver, warning -> {});
    }

    void debug(boolean on) {
        device.debug(on);
        any = true;
    }

    void mark(int number) {
        device.fwmark(number);
        any = true;
    }

    /// Takes `word` and the words that belong to it; false when it is not known here.
    boolean take(String word) throws CommandFailure {
        switch (word) {
            case "wgkey" -> key(word);
            case "wgport" -> device.listenPort(words.numberOf(word, 0xffff));
            case "wgpeer" -> begin(publicKey(word));
            case "-wgpeer" -> remove(publicKey(word));
            case "-wgpeerall" -> device.replacePeers();
            case "wgdescr", "wgdescription" -> peer(word).description = description(word);
            case "-wgdescr", "-wgdescription" -> peer(word).description = "";
            case "wgpsk" -> peer(word).presharedKey(presharedKey(word));
            case "-wgpsk" -> peer(word).presharedKey(PresharedKey.none());
            case "wgpka" -> peer(word).keepalive = keepalive(word);
            case "wgaip" -> peer(word).allowedIps.add(allowedIp(word));
            case "wgendpoint" -> endpoint(word);
            default -> {
                return false;
            }
        }
        any = true;
        return true;
    }

    private void key(String word) throws CommandFailure {
        byte[] text = secret(word);
        if (privateKey != null) privateKey.erase();
        privateKey = PrivateKey.fromBase64(text, 0, text.length).orElse(null);
        Arrays.fill(text, (byte) 0);
        if (privateKey == null) throw malformed(word);
    }

    private PresharedKey presharedKey(String word) throws CommandFailure {
        byte[] text = secret(word);
        Optional<PresharedKey> key = PresharedKey.fromBase64(text, 0, text.length);
        Arrays.fill(text, (byte) 0);
        return key.orElseThrow(() -> malformed(word));
    }

    private byte[] secret(String word) throws CommandFailure {
        String value = words.value(word);
        boolean elsewhere = KeySource.isNamedBy(value);
        byte[] text = elsewhere ? keys.read(word, value) : value.getBytes(StandardCharsets.UTF_8);
        if (text.length == KEY_LENGTH) return text;
        Arrays.fill(text, (byte) 0);
        throw new CommandFailure(word + " (key): invalid length");
    }

    private PublicKey publicKey(String word) throws CommandFailure {
        String text = words.value(word);
        if (text.length() != KEY_LENGTH) throw new CommandFailure(word + " (key): invalid length");
        return PublicKey.fromBase64(text).orElseThrow(() -> malformed(word));
    }

    private static CommandFailure malformed(String word) {
        return new CommandFailure(word + " (key): invalid base64 -1/32");
    }

    private PeerParameters peer(String word) throws CommandFailure {
        if (peer == null) throw new CommandFailure(word + ": wgpeer not set");
        return peer;
    }

    private void begin(PublicKey key) {
        end();
        peer = new PeerParameters(key);
    }

    private void remove(PublicKey key) {
        end();
        device.peer(PeerUpdate.removal(key));
    }

    private String description(String word) throws CommandFailure {
        String text = words.value(word);
        if (PeerDescription.isValid(text)) return text;
        throw new CommandFailure(word + ": " + PeerDescription.RULE);
    }

    private OptionalInt keepalive(String word) throws CommandFailure {
        return OptionalInt.of(words.numberOf(word, MAX_KEEPALIVE));
    }

    private PeerUpdate.AllowedIp allowedIp(String word) throws CommandFailure {
        IpPrefix prefix =
                AddressText.prefix(words.value(word))
                        .orElseThrow(() -> new CommandFailure(word + ": bad address"));
        return new PeerUpdate.AllowedIp(prefix, false);
    }

    private void endpoint(String word) throws CommandFailure {
        PeerParameters of = peer(word);
        String host = words.value(word), service = words.value(word);
        try {
            String address = host.contains(":") ? "[" + host + "]" : host;
            of.destination = values.destination(address + ":" + service);
        } catch (ConfigException e) {
            String reason = e.detail().replaceFirst("(?s): `.*", "");
            throw new CommandFailure(word + " " + host + " " + service + ": " + reason);
        }
    }

    private void end() {
        if (peer != null) device.peer(peer.toUpdate());
        peer = null;
    }

    /// The update, or null when there was nothing. It owns the keys from now on.
    @Nullable DeviceUpdate update() {
        end();
        return any ? device.privateKey(privateKey).build() : null;
    }

    /// Erases the keys read so far, when the update is abandoned.
    void erase() {
        DeviceUpdate update = update();
        if (update != null) update.erase();
    }

    private static final int KEY_LENGTH = 44;
    private static final int MAX_KEEPALIVE = 43_200; // seconds
}
