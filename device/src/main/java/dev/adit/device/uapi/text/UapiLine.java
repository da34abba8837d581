package dev.adit.device.uapi.text;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.ConfigException.Place;
import dev.adit.device.config.ConfigException.Reason;
import dev.adit.device.config.EndpointName;
import dev.adit.device.config.PeerDescription;
import dev.adit.device.text.Numbers;
import dev.adit.device.text.Redaction;
import dev.adit.device.text.ScopeIds;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpPrefix;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// One `key=value` line of UAPI, whose value can be read as each of the types that values have.
///
/// A view of bytes that other code erases; valid as long as they do not change. The value becomes a
/// String only when it is not secret.
final class UapiLine {
    private final byte[] text;
    private final int number;
    private final String key;
    private final int from;
    private final int length;
    private final @Nullable MemorySegment secret; // the value, if not in the text

    /// A line that is completely in `text`.
    ///
    /// @param number the line's number, for errors
    /// @throws ConfigException when there is no `=`
    UapiLine(byte[] text, int from, int length, int number) throws ConfigException {
        this(text, from, length, number, null);
    }

    /// A line whose value lies outside the heap, because it is a secret; `text` ends before it.
    UapiLine(byte[] text, int from, int length, int number, @Nullable MemorySegment secret)
            throws ConfigException {
        int equals = from;
        while (equals < from + length && text[equals] != '=') equals++;
        if (equals == from + length) {
            String shown = Redaction.show(text, from, length);
            throw new ConfigException(
                            Reason.NOT_KEY_VALUE, "no `=' in line: `" + shown + "'", shown)
                    .at(new Place(null, number, null, null));
        }
        this.text = text;
        this.secret = secret;
        this.number = number;
        this.key = new String(text, from, equals - from, StandardCharsets.UTF_8);
        this.from = equals + 1;
        this.length = from + length - this.from;
    }

    String key() {
        return key;
    }

    /// The value, for keys whose value is not secret.
    String value() {
        return new String(text, from, length, StandardCharsets.UTF_8);
    }

    PrivateKey privateKey() throws ConfigException {
        Optional<PrivateKey> read =
                secret == null
                        ? PrivateKey.fromHex(text, from, length)
                        : PrivateKey.fromHex(secret);
        return read.orElseThrow(this::malformedSecret);
    }

    PresharedKey presharedKey() throws ConfigException {
        Optional<PresharedKey> read =
                secret == null
                        ? PresharedKey.fromHex(text, from, length)
                        : PresharedKey.fromHex(secret);
        return read.orElseThrow(this::malformedSecret);
    }

    PublicKey publicKey() throws ConfigException {
        return PublicKey.fromHex(text, from, length)
                .orElseThrow(() -> refused(Reason.MALFORMED_KEY, KEY_RULE));
    }

    /// Parses a decimal number from 0 to `max`.
    long number(long max, Reason otherwise) throws ConfigException {
        long number = Numbers.decimal(value(), max);
        if (number < 0) {
            throw refused(otherwise, "not a decimal number from 0 to " + max);
        }
        return number;
    }

    /// Checks the only value that a flag can have.
    boolean flag() throws ConfigException {
        if (!value().equals("true")) throw refused(Reason.INVALID_FLAG, "not `true'");
        return true;
    }

    /// Parses `true` or `false`.
    boolean isTrue() throws ConfigException {
        return switch (value()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw refused(Reason.INVALID_FLAG, "neither `true' nor `false'");
        };
    }

    /// Parses the description of a peer.
    String description() throws ConfigException {
        String value = value();
        // Invalid UTF-8 was replaced, so the text is not the one that was meant.
        boolean meant =
                Arrays.equals(
                        value.getBytes(StandardCharsets.UTF_8),
                        Arrays.copyOfRange(text, from, from + length));
        if (meant && PeerDescription.isValid(value)) return value;
        // Not shown: it may be long, or contain control sequences for a terminal.
        throw new ConfigException(Reason.INVALID_DESCRIPTION, PeerDescription.RULE, null)
                .at(place());
    }

    Endpoint endpoint() throws ConfigException {
        return ScopeIds.endpoint(value())
                .orElseThrow(
                        () -> refused(Reason.INVALID_ENDPOINT, "not a numeric address and port"));
    }

    EndpointName endpointName() throws ConfigException {
        return EndpointName.parse(value())
                .orElseThrow(() -> refused(Reason.INVALID_ENDPOINT, "not a name and port"));
    }

    /// Parses a prefix with its length, behind the first `skip` characters.
    IpPrefix prefix(int skip) throws ConfigException {
        String value = value().substring(skip);
        if (value.indexOf('/') < 0) throw refused(Reason.INVALID_PREFIX, "no prefix length");
        Optional<IpPrefix> prefix = IpPrefix.parse(value);
        return prefix.orElseThrow(
                () -> refused(Reason.INVALID_ADDRESS, "not an address and prefix length"));
    }

    /// The refusal of this line because its key is not known in this place.
    ConfigException unknownKey(String scope) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        String shown = Redaction.show(bytes, 0, bytes.length);
        return new ConfigException(Reason.UNKNOWN_KEY, "no such " + scope + " key", shown)
                .at(new Place(null, number, null, shown));
    }

    ConfigException refused(Reason reason, String rule) {
        String value = value();
        return new ConfigException(reason, rule + ": `" + value + "'", value).at(place());
    }

    private ConfigException malformedSecret() {
        return new ConfigException(Reason.MALFORMED_KEY, KEY_RULE, null).at(place());
    }

    private Place place() {
        return new Place(null, number, null, key);
    }

    private static final String KEY_RULE = "not 64 hexadecimal digits";
}
