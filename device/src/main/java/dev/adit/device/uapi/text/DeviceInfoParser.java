package dev.adit.device.uapi.text;

import static dev.adit.device.uapi.text.UapiKeys.DEBUG;
import static dev.adit.device.uapi.text.UapiKeys.DESCRIPTION;
import static dev.adit.device.uapi.text.UapiKeys.ENDPOINT_NAME;
import static dev.adit.device.uapi.text.UapiKeys.LINK;
import static dev.adit.device.uapi.text.UapiKeys.NUMBER;
import static dev.adit.device.uapi.text.UapiKeys.OFFLOAD;
import static dev.adit.device.uapi.text.UapiKeys.PUBLIC_KEY;
import static dev.adit.device.uapi.text.UapiKeys.RESOLVE_NAMES;
import static dev.adit.device.uapi.text.UapiKeys.SOCKET_FAILURE;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.ConfigException.Reason;
import dev.adit.device.config.DeviceInfo;
import dev.adit.device.config.EndpointName;
import dev.adit.protocol.keys.PublicKey;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Parses the lines of an answer to `notes`, one at a time, into a [DeviceInfo]. Keys of later
/// versions are skipped. Confined to one thread.
public final class DeviceInfoParser {
    private final Map<PublicKey, DeviceInfo.OfPeer> peers = new LinkedHashMap<>();
    private final List<String> offloads = new ArrayList<>();
    private DeviceInfo.Link link = DeviceInfo.Link.UNKNOWN;
    private String socketFailure = "";
    private boolean debug, resolveNames;
    private @Nullable PublicKey peer;
    private long number;
    private String description = "";
    private @Nullable EndpointName endpointName;
    private int lines;

    /// A parser that has read nothing yet.
    public DeviceInfoParser() {}

    /// Parses one line, given without its end. The bytes are not kept.
    ///
    /// @throws ConfigException when the line is refused; the earlier lines are useless then
    public void line(byte[] text, int from, int length) throws ConfigException {
        UapiLine line = new UapiLine(text, from, length, ++lines);
        switch (line.key()) {
            case PUBLIC_KEY -> {
                endPeer();
                peer = line.publicKey();
            }
            case LINK -> link = link(line.value());
            case SOCKET_FAILURE -> socketFailure = line.value();
            case DEBUG -> debug = line.isTrue();
            case OFFLOAD -> offloads.add(line.description());
            case NUMBER -> number = line.number(Long.MAX_VALUE, Reason.INVALID_NUMBER);
            case ENDPOINT_NAME -> endpointName = line.endpointName();
            case RESOLVE_NAMES -> resolveNames = line.isTrue();
            case DESCRIPTION -> description = line.description();
            default -> {} // of a later version
        }
    }

    private static DeviceInfo.Link link(String value) {
        return switch (value) {
            case "up" -> DeviceInfo.Link.UP;
            case "down" -> DeviceInfo.Link.DOWN;
            default -> DeviceInfo.Link.UNKNOWN;
        };
    }

    /// The settings that result from all lines.
    public DeviceInfo notes() {
        endPeer();
        return new DeviceInfo(link, socketFailure, debug, resolveNames, offloads, peers);
    }

    private void endPeer() {
        if (peer != null) {
            peers.put(peer, new DeviceInfo.OfPeer(number, description, endpointName));
        }
        peer = null;
        number = 0;
        description = "";
        endpointName = null;
    }
}
