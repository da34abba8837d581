package dev.adit.device.config;

import org.jspecify.annotations.Nullable;

import java.io.Serializable;

/// An error in configuration text: its place, the rule it breaks, and the text. Immutable.
///
/// Nothing in it comes from a private or preshared key.
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Place place;
    private final Reason reason;
    private final String detail;
    private final @Nullable String text;

    /// @param detail one sentence for people; wg's own words where wg(8) reads such text too
    /// @param text the offending text, or null when it may be secret
    public ConfigException(Reason reason, String detail, @Nullable String text) {
        this(Place.UNKNOWN, reason, detail, text);
    }

    private ConfigException(Place place, Reason reason, String detail, @Nullable String text) {
        this.place = place;
        this.reason = reason;
        this.detail = detail;
        this.text = text;
    }

    /// The same exception with its place.
    public ConfigException at(Place place) {
        ConfigException placed = new ConfigException(place, reason, detail, text);
        placed.setStackTrace(getStackTrace());
        return placed;
    }

    /// The place and the detail.
    @Override
    public String getMessage() {
        return place + detail;
    }

    /// The place of the text.
    public Place place() {
        return place;
    }

    /// The rule that the text breaks.
    public Reason reason() {
        return reason;
    }

    /// The error in one sentence without the place: the words that wg(8) prints.
    public String detail() {
        return detail;
    }

    /// The offending text, or null when it may be secret.
    public @Nullable String text() {
        return text;
    }

    /// The error number in a UAPI answer, as Linux counts: EPROTO for a line that is not
    /// `key=value`, else EINVAL.
    public int errno() {
        return reason == Reason.NOT_KEY_VALUE ? EPROTO : EINVAL;
    }

    /// The place of a text in a configuration.
    ///
    /// @param file the file's name, or null
    /// @param line the line, counted from 1, or 0 when unknown
    /// @param section `Interface`, `Peer`, or null
    /// @param key the key as the format spells it, or null
    public record Place(
            @Nullable String file, int line, @Nullable String section, @Nullable String key)
            implements Serializable {
        static final Place UNKNOWN = new Place(null, 0, null, null);

        /// The beginning of messages: `wg0.conf:7: [Peer] Endpoint: `.
        @Override
        public String toString() {
            StringBuilder text = new StringBuilder();
            if (file != null) text.append(file).append(':');
            if (line != 0) text.append(file == null ? "line " : "").append(line).append(':');
            if (section != null)
                text.append(text.isEmpty() ? "[" : " [").append(section).append(']');
            if (key != null) text.append(text.isEmpty() ? "" : " ").append(key).append(':');
            else if (section != null) text.append(':');
            return text.isEmpty() ? "" : text.append(' ').toString();
        }
    }

    /// The rules that a text can break.
    public enum Reason {
        /// A line of UAPI has no `=`.
        NOT_KEY_VALUE,
        /// A line of UAPI is longer than any valid one.
        LINE_TOO_LONG,
        /// The key does not exist, or not in this place.
        UNKNOWN_KEY,
        /// A key is not 32 bytes in hexadecimal (UAPI) or base64 (file).
        MALFORMED_KEY,
        /// A port is neither a number nor the name of a service.
        INVALID_PORT,
        /// A port is empty.
        EMPTY_PORT,
        /// A firewall mark is not a number of 32 bits.
        INVALID_FWMARK,
        /// A keepalive interval is not a number of 16 bits.
        INVALID_KEEPALIVE,
        /// An endpoint of UAPI is not a numeric address with a port.
        INVALID_ENDPOINT,
        /// An endpoint is empty.
        EMPTY_ENDPOINT,
        /// An endpoint begins with `[` and has no `]`.
        UNCLOSED_BRACKET,
        /// An endpoint has no port.
        NO_ENDPOINT_PORT,
        /// The host of an endpoint has no address.
        UNRESOLVED_ENDPOINT,
        /// An allowed IP has no valid address.
        INVALID_ADDRESS,
        /// An allowed IP has no valid prefix length.
        INVALID_PREFIX,
        /// The description of a peer is too long or has control characters.
        INVALID_DESCRIPTION,
        /// A flag of UAPI has none of its values.
        INVALID_FLAG,
        /// The protocol version is not 1.
        UNKNOWN_PROTOCOL_VERSION,
        /// A counter or time of UAPI is not a number in its range.
        INVALID_NUMBER,
        /// The MTU of an interface is not one.
        INVALID_MTU,
        /// A routing table has no such name or number.
        INVALID_TABLE,
        /// A key that is needed is missing.
        MISSING_KEY,
        /// A peer has no public key.
        NO_PUBLIC_KEY
    }

    private static final int EINVAL = 22;
    private static final int EPROTO = 71;
}
