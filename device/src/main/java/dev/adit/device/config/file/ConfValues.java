package dev.adit.device.config.file;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.ConfigException.Reason;
import dev.adit.device.config.EndpointName;
import dev.adit.device.config.PeerUpdate.AllowedIp;
import dev.adit.device.resolve.Resolver;
import dev.adit.device.text.Numbers;
import dev.adit.device.text.Redaction;
import dev.adit.device.text.ScopeIds;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.address.IpPrefix;
import dev.adit.protocol.keys.PublicKey;

import org.jspecify.annotations.Nullable;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.Consumer;

/// Parses the values of wg(8), in configuration files and on its command line: accepts and refuses
/// the same, in the same words. As thread-safe as the resolver and the warnings it is given.
public final class ConfValues {
    private final Resolver resolver;
    private final Consumer<String> warnings;

    /// @param warnings gets a sentence for each value that is accepted but looks like a mistake
    public ConfValues(Resolver resolver, Consumer<String> warnings) {
        this.resolver = resolver;
        this.warnings = warnings;
    }

    /// Parses a UDP port: a number, of which getaddrinfo(3) takes the low 16 bits, or the name of a
    /// service.
    public int port(String value) throws ConfigException {
        if (value.isEmpty()) {
            throw new ConfigException(Reason.EMPTY_PORT, "Unable to parse empty port", value);
        }
        return port(value, value);
    }

    private int port(String text, String value) throws ConfigException {
        int number = Numbers.port(text);
        if (number >= 0) return number;
        OptionalInt named = resolver.port(text);
        if (named.isPresent()) return named.getAsInt();
        throw refused(Reason.INVALID_PORT, "Servname not supported for ai_socktype", value);
    }

    /// Parses a firewall mark: `off`, a decimal number, or a hexadecimal one with `0x`.
    public int fwmark(String value) throws ConfigException {
        if (value.equalsIgnoreCase("off")) return 0;
        boolean hexadecimal = value.length() > 2 && value.startsWith("0x");
        long mark =
                hexadecimal
                        ? Numbers.hexadecimal(value.substring(2), 0xffffffffL)
                        : Numbers.decimal(value, 0xffffffffL);
        if (mark >= 0) return (int) mark;
        throw refused(Reason.INVALID_FWMARK, "Fwmark is neither 0/off nor 0-0xffffffff", value);
    }

    /// Parses the seconds between keepalives: `off` or a decimal number.
    public int persistentKeepalive(String value) throws ConfigException {
        if (value.equalsIgnoreCase("off")) return 0;
        long seconds = Numbers.decimal(value, 0xffff);
        if (seconds >= 0) return (int) seconds;
        throw refused(
                Reason.INVALID_KEEPALIVE,
                "Persistent keepalive interval is neither 0/off nor 1-65535",
                value);
    }

    /// Parses a public key in base64.
    public PublicKey publicKey(String value) throws ConfigException {
        return PublicKey.fromBase64(value)
                .orElseThrow(
                        () ->
                                refused(
                                        Reason.MALFORMED_KEY,
                                        KEY_RULE,
                                        Redaction.showPublicKey(value)));
    }

    /// The refusal of a secret key, without its text.
    public static ConfigException malformedSecret() {
        String detail = KEY_RULE + ": `" + Redaction.HIDDEN + "'";
        return new ConfigException(Reason.MALFORMED_KEY, detail, null);
    }

    /// Parses an endpoint, `host:port` or `[v6]:port`. The last colon divides, so that an IPv6
    /// address needs no brackets.
    public Endpoint endpoint(String value) throws ConfigException {
        return destination(value).endpoint();
    }

    /// Parses an endpoint and keeps the name that was resolved.
    public Destination destination(String value) throws ConfigException {
        if (value.isEmpty()) {
            throw new ConfigException(
                    Reason.EMPTY_ENDPOINT, "Unable to parse empty endpoint", value);
        }
        boolean bracketed = value.startsWith("[");
        int end = bracketed ? value.indexOf(']') : value.lastIndexOf(':');
        if (bracketed && end < 0) {
            throw refused(
                    Reason.UNCLOSED_BRACKET, "Unable to find matching brace of endpoint", value);
        }
        int colon = bracketed ? end + 1 : end;
        if (colon < 0 || value.length() < colon + 2 || value.charAt(colon) != ':') {
            throw refused(Reason.NO_ENDPOINT_PORT, "Unable to find port of endpoint", value);
        }
        int port = port(value.substring(colon + 1), value);
        return destination(value.substring(bracketed ? 1 : 0, end), port, value);
    }

    private Destination destination(String host, int port, String value) throws ConfigException {
        try {
            if (host.indexOf(':') >= 0) return new Destination(v6(host, port), null);
            if (host.isEmpty() || host.indexOf('%') >= 0) throw unknownName();
            return v4OrNamed(host, port, value);
        } catch (UnknownHostException e) {
            String why = Objects.requireNonNullElse(e.getMessage(), Resolver.UNKNOWN_NAME);
            throw refused(Reason.UNRESOLVED_ENDPOINT, why, value);
        }
    }

    private static Endpoint v6(String host, int port) throws UnknownHostException {
        int percent = host.indexOf('%');
        IpAddress address =
                IpAddress.parse(percent < 0 ? host : host.substring(0, percent))
                        .orElseThrow(ConfValues::unknownName);
        if (percent < 0) return new Endpoint(address, port);
        int scope =
                ScopeIds.index(address, host.substring(percent + 1))
                        .orElseThrow(ConfValues::unknownName);
        return new Endpoint(address, port, scope, null, 0);
    }

    private Destination v4OrNamed(String host, int port, String value) throws UnknownHostException {
        InetAddress address;
        EndpointName name = null;
        try {
            // inet_aton(3): `127.1` is an address too
            address = Inet4Address.ofPosixLiteral(host);
        } catch (IllegalArgumentException notNumeric) {
            address = resolver.address(host, value);
            if (EndpointName.isValid(host)) name = new EndpointName(host, port);
        }
        return new Destination(EndpointName.endpoint(address, port), name);
    }

    /// A peer's endpoint and the name it came from.
    ///
    /// @param name the name that was resolved, or null when the endpoint was numeric
    public record Destination(Endpoint endpoint, @Nullable EndpointName name) {}

    private static UnknownHostException unknownName() {
        return new UnknownHostException(Resolver.UNKNOWN_NAME);
    }

    /// Parses a list of allowed IPs with commas between them; empty for none.
    ///
    /// `+` and `-` before an element turn the whole list into changes to the present one; without
    /// them it replaces that.
    public AllowedIpList allowedIps(String value) throws ConfigException {
        List<AllowedIp> changes = new ArrayList<>();
        boolean replace = true;
        if (value.isEmpty()) return new AllowedIpList(replace, changes);
        for (String element : value.split(",", -1)) {
            boolean remove = element.startsWith("-");
            boolean signed = remove || element.startsWith("+");
            if (signed) replace = false;
            changes.add(new AllowedIp(prefix(signed ? element.substring(1) : element), remove));
        }
        return new AllowedIpList(replace, changes);
    }

    private IpPrefix prefix(String element) throws ConfigException {
        int slash = element.indexOf('/');
        String ip = slash < 0 ? element : element.substring(0, slash);
        IpAddress address =
                IpAddress.parse(ip)
                        .orElseThrow(
                                () ->
                                        refused(
                                                Reason.INVALID_ADDRESS,
                                                "Unable to parse IP address",
                                                ip));
        if (slash < 0) return new IpPrefix(address, address.bits());
        long length = Numbers.decimal(element.substring(slash + 1), address.bits());
        if (length < 0) {
            throw refused(Reason.INVALID_PREFIX, "AllowedIP is not in the correct format", element);
        }
        IpPrefix prefix = new IpPrefix(address, (int) length);
        if (!prefix.address().equals(address)) {
            warnings.accept("Warning: AllowedIP has nonzero host part: " + element);
        }
        return prefix;
    }

    /// A list of allowed IPs as wg(8) writes it.
    ///
    /// @param replace true when the list replaces the present one
    /// @param changes the changes, in order
    public record AllowedIpList(boolean replace, List<AllowedIp> changes) {
        public AllowedIpList {
            changes = List.copyOf(changes);
        }
    }

    private static ConfigException refused(Reason reason, String rule, String value) {
        return new ConfigException(reason, rule + ": `" + value + "'", value);
    }

    private static final String KEY_RULE = "Key is not the correct length or format";
}
