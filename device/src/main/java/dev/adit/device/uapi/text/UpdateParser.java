package dev.adit.device.uapi.text;

import static dev.adit.device.uapi.text.UapiKeys.ALLOWED_IP;
import static dev.adit.device.uapi.text.UapiKeys.DEBUG;
import static dev.adit.device.uapi.text.UapiKeys.DESCRIPTION;
import static dev.adit.device.uapi.text.UapiKeys.ENDPOINT;
import static dev.adit.device.uapi.text.UapiKeys.ENDPOINT_NAME;
import static dev.adit.device.uapi.text.UapiKeys.FWMARK;
import static dev.adit.device.uapi.text.UapiKeys.LISTEN_PORT;
import static dev.adit.device.uapi.text.UapiKeys.PERSISTENT_KEEPALIVE;
import static dev.adit.device.uapi.text.UapiKeys.PRESHARED_KEY;
import static dev.adit.device.uapi.text.UapiKeys.PRIVATE_KEY;
import static dev.adit.device.uapi.text.UapiKeys.PROTOCOL_VERSION;
import static dev.adit.device.uapi.text.UapiKeys.PUBLIC_KEY;
import static dev.adit.device.uapi.text.UapiKeys.REMOVE;
import static dev.adit.device.uapi.text.UapiKeys.REPLACE_ALLOWED_IPS;
import static dev.adit.device.uapi.text.UapiKeys.REPLACE_PEERS;
import static dev.adit.device.uapi.text.UapiKeys.RESOLVE_NAMES;
import static dev.adit.device.uapi.text.UapiKeys.UPDATE_ONLY;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.ConfigException.Reason;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerUpdate.AllowedIp;
import dev.adit.device.config.draft.DeviceDraft;
import dev.adit.device.config.draft.PeerDraft;

import java.lang.foreign.MemorySegment;
import java.util.List;

/// Parses the lines of one `set` of UAPI, one at a time, into a [DeviceUpdate].
///
/// Nothing is applied before the last line is read, so a request that is refused or breaks off
/// changes nothing. Confined to one thread. The code that makes a parser calls [#erase] at the end.
public final class UpdateParser {
    private final DeviceDraft draft = new DeviceDraft();
    private int lines;

    /// A parser that has read nothing yet.
    public UpdateParser() {}

    /// Parses one line, given without its end. The bytes are not kept.
    ///
    /// @throws ConfigException when the line is refused; the earlier lines are useless then
    public void line(byte[] text, int from, int length) throws ConfigException {
        line(new UapiLine(text, from, length, ++lines));
    }

    /// Parses one line whose value lies outside the heap, because it is a secret.
    ///
    /// @param text the name and the equals sign behind it
    /// @throws ConfigException when the line is refused; the earlier lines are useless then
    public void line(byte[] text, int from, int length, MemorySegment value)
            throws ConfigException {
        line(new UapiLine(text, from, length, ++lines, value));
    }

    private void line(UapiLine line) throws ConfigException {
        if (line.key().equals(PUBLIC_KEY)) draft.nextPeer().publicKey(line.publicKey());
        else if (draft.peer() == null) deviceLine(line);
        else peerLine(line, draft.peer());
    }

    /// The update that results from all lines. Its receiver erases it.
    public DeviceUpdate update() {
        return draft.toUpdate();
    }

    /// Erases the keys read that did not become part of an update.
    public void erase() {
        draft.erase();
    }

    private void deviceLine(UapiLine line) throws ConfigException {
        switch (line.key()) {
            case PRIVATE_KEY -> draft.privateKey(line.privateKey());
            case LISTEN_PORT -> draft.listenPort((int) line.number(0xffff, Reason.INVALID_PORT));
            case FWMARK -> draft.fwmark((int) line.number(0xffffffffL, Reason.INVALID_FWMARK));
            case REPLACE_PEERS -> draft.replacePeers(line.flag());
            case DEBUG -> draft.debug(line.isTrue());
            case RESOLVE_NAMES -> draft.resolveNames(line.isTrue());
            default -> throw line.unknownKey("device");
        }
    }

    private static void peerLine(UapiLine line, PeerDraft peer) throws ConfigException {
        switch (line.key()) {
            case REMOVE -> peer.remove(line.flag());
            case UPDATE_ONLY -> peer.updateOnly(line.flag());
            case PRESHARED_KEY -> peer.presharedKey(line.presharedKey());
            case ENDPOINT -> peer.destination(line.endpoint(), null);
            case ENDPOINT_NAME -> peer.endpointName(line.endpointName());
            case PERSISTENT_KEEPALIVE ->
                    peer.persistentKeepalive((int) line.number(0xffff, Reason.INVALID_KEEPALIVE));
            case REPLACE_ALLOWED_IPS -> {
                peer.replaceAllowedIps(line.flag());
                peer.clearAllowedIps(); // lines take effect in order: it removes these as well
            }
            case DESCRIPTION -> peer.description(line.description());
            case ALLOWED_IP -> peer.allowedIps(List.of(allowedIp(line)));
            case PROTOCOL_VERSION -> {
                if (!line.value().equals("1")) {
                    throw line.refused(Reason.UNKNOWN_PROTOCOL_VERSION, "not 1");
                }
            }
            default -> throw line.unknownKey("peer");
        }
    }

    private static AllowedIp allowedIp(UapiLine line) throws ConfigException {
        boolean remove = line.value().startsWith("-");
        return new AllowedIp(line.prefix(remove ? 1 : 0), remove);
    }
}
