package dev.adit.device.uapi.text;

import static dev.adit.device.uapi.text.UapiKeys.ENDPOINT;
import static dev.adit.device.uapi.text.UapiKeys.ENDPOINT_NAME;
import static dev.adit.device.uapi.text.UapiKeys.FAILURE;
import static dev.adit.device.uapi.text.UapiKeys.MOVED;
import static dev.adit.device.uapi.text.UapiKeys.PUBLIC_KEY;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.EndpointName;
import dev.adit.device.config.Resolution;
import dev.adit.ip.address.Endpoint;
import dev.adit.protocol.keys.PublicKey;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Parses the lines of an answer to `resolve`, one at a time. Keys of later versions are skipped.
/// Confined to one thread.
public final class ResolutionsParser {
    private final List<Resolution> resolutions = new ArrayList<>();
    private @Nullable PublicKey peer;
    private @Nullable EndpointName name;
    private @Nullable Endpoint endpoint;
    private boolean moved;
    private String failure = "";
    private int lines;

    /// A parser that has read nothing yet.
    public ResolutionsParser() {}

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
            case ENDPOINT_NAME -> name = line.endpointName();
            case ENDPOINT -> endpoint = line.endpoint();
            case MOVED -> moved = line.isTrue();
            case FAILURE -> failure = line.value();
            default -> {} // of a later version
        }
    }

    /// The results in all lines.
    public List<Resolution> resolutions() {
        endPeer();
        return List.copyOf(resolutions);
    }

    private void endPeer() {
        if (peer != null) resolutions.add(new Resolution(peer, name, endpoint, moved, failure));
        peer = null;
        name = null;
        endpoint = null;
        moved = false;
        failure = "";
    }
}
