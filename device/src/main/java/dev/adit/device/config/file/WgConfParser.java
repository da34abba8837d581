package dev.adit.device.config.file;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.ConfigException.Place;
import dev.adit.device.config.ConfigException.Reason;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.draft.DeviceDraft;
import dev.adit.device.config.draft.PeerDraft;
import dev.adit.device.config.file.ConfValues.AllowedIpList;
import dev.adit.device.config.file.ConfValues.Destination;
import dev.adit.device.text.Redaction;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PrivateKey;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Parses a file in the format of `wg setconf`. Confined to one thread.
///
/// The code that creates a parser calls [#erase] at the end.
final class WgConfParser {
    private final DeviceDraft draft = new DeviceDraft();
    private final ConfValues values;
    private final String file;

    /// The line without white space and comment.
    private byte[] line = new byte[256];

    private int length;
    private int lineNumber;
    private @Nullable String section;
    private int peerLine;
    private int keylessPeerLine;

    /// @param file the name of the file, for errors
    WgConfParser(ConfValues values, String file) {
        this.values = values;
        this.file = file;
    }

    /// The draft that the lines fill, for setting defaults.
    DeviceDraft draft() {
        return draft;
    }

    /// Parses one line, given without its end. The bytes are not kept.
    void line(byte[] text, int from, int end) throws ConfigException {
        lineNumber++;
        strip(text, from, end);
        if (length == 0) return;
        if (is("[Interface]")) section = INTERFACE;
        else if (is("[Peer]")) beginPeer();
        else setting();
    }

    /// The update that results from all lines. Its receiver erases it.
    DeviceUpdate update() throws ConfigException {
        endPeer();
        if (keylessPeerLine == 0) return draft.toUpdate();
        throw new ConfigException(Reason.NO_PUBLIC_KEY, "A peer is missing a public key", "[Peer]")
                .at(new Place(file, keylessPeerLine, PEER, "PublicKey"));
    }

    /// Erases everything read that did not become part of an update.
    void erase() {
        draft.erase();
        Arrays.fill(line, (byte) 0);
    }

    /// Copies the line up to the comment, or to a zero byte, which ends it in C, and leaves out all
    /// white space, even inside words.
    private void strip(byte[] text, int from, int end) {
        Arrays.fill(line, 0, length, (byte) 0);
        if (line.length < end - from) line = new byte[2 * (end - from)];
        length = 0;
        for (int i = from; i < end && text[i] != '#' && text[i] != 0; i++) {
            boolean space = text[i] == ' ' || (text[i] >= '\t' && text[i] <= '\r');
            if (!space) line[length++] = text[i];
        }
    }

    private void beginPeer() {
        endPeer();
        section = PEER;
        peerLine = lineNumber;
        draft.nextPeer().replaceAllowedIps(true);
    }

    private void endPeer() {
        PeerDraft peer = draft.peer();
        if (peer != null && !peer.hasPublicKey() && keylessPeerLine == 0) {
            keylessPeerLine = peerLine;
        }
    }

    private void setting() throws ConfigException {
        String key = key();
        try {
            PeerDraft peer = draft.peer();
            if (section == INTERFACE) interfaceSetting(key);
            else if (peer != null) peerSetting(peer, key);
            else throw unrecognized();
        } catch (ConfigException e) {
            throw e.at(new Place(file, lineNumber, section, key));
        }
    }

    /// The key of this line in its proper spelling, or "" when it does not belong in this section.
    private String key() {
        List<String> keys =
                section == null ? List.of() : section == PEER ? PEER_KEYS : INTERFACE_KEYS;
        return keys.stream().filter(this::hasValueOf).findFirst().orElse("");
    }

    private boolean hasValueOf(String key) {
        return length > key.length() + 1 && startsWith(key) && line[key.length()] == '=';
    }

    private void interfaceSetting(String key) throws ConfigException {
        switch (key) {
            case "ListenPort" -> draft.listenPort(values.port(value(key)));
            case "FwMark" -> draft.fwmark(values.fwmark(value(key)));
            case "PrivateKey" -> draft.privateKey(privateKey(key.length() + 1));
            default -> throw unrecognized();
        }
    }

    private void peerSetting(PeerDraft peer, String key) throws ConfigException {
        switch (key) {
            case "Endpoint" -> {
                Destination to = values.destination(value(key));
                peer.destination(to.endpoint(), to.name());
            }
            case "PublicKey" -> peer.publicKey(values.publicKey(value(key)));
            case "AllowedIPs" -> {
                AllowedIpList list = values.allowedIps(value(key));
                peer.replaceAllowedIps(list.replace());
                peer.allowedIps(list.changes());
            }
            case "PersistentKeepalive" ->
                    peer.persistentKeepalive(values.persistentKeepalive(value(key)));
            case "PresharedKey" -> peer.presharedKey(presharedKey(key.length() + 1));
            default -> throw unrecognized();
        }
    }

    private String value(String key) {
        int from = key.length() + 1;
        return new String(line, from, length - from, StandardCharsets.UTF_8);
    }

    private PrivateKey privateKey(int from) throws ConfigException {
        return PrivateKey.fromBase64(line, from, length - from)
                .orElseThrow(ConfValues::malformedSecret);
    }

    private PresharedKey presharedKey(int from) throws ConfigException {
        return PresharedKey.fromBase64(line, from, length - from)
                .orElseThrow(ConfValues::malformedSecret);
    }

    private ConfigException unrecognized() {
        String shown = Redaction.show(line, 0, length);
        return new ConfigException(Reason.UNKNOWN_KEY, "Line unrecognized: `" + shown + "'", shown);
    }

    /// True when the whole line is `text`, ignoring case.
    private boolean is(String text) {
        return length == text.length() && startsWith(text);
    }

    private boolean startsWith(String text) {
        if (length < text.length()) return false;
        for (int i = 0; i < text.length(); i++) {
            if (lowerCase(line[i]) != lowerCase(text.charAt(i))) return false;
        }
        return true;
    }

    /// Converts to lower case, in ASCII only, whatever the locale.
    private static int lowerCase(int c) {
        return c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c;
    }

    private static final String INTERFACE = "Interface";
    private static final String PEER = "Peer";
    private static final List<String> INTERFACE_KEYS =
            List.of("ListenPort", "FwMark", "PrivateKey");
    private static final List<String> PEER_KEYS =
            List.of("Endpoint", "PublicKey", "AllowedIPs", "PersistentKeepalive", "PresharedKey");
}
