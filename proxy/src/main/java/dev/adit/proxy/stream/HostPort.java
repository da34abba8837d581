package dev.adit.proxy.stream;

import java.util.Optional;

/// A host and a port, as in `example.org:80` or `[fd00::1]:80` (RFC 3986 §3.2). Immutable.
///
/// @param host a name, or an address without brackets
/// @param port 0 to 65535
public record HostPort(String host, int port) {
    /// Parses one; empty when it is none.
    ///
    /// @param port where the text has none, or -1 to require one
    public static Optional<HostPort> parse(String text, int port) {
        boolean isBracketed = text.startsWith("[");
        int end = isBracketed ? text.indexOf(']') + 1 : text.indexOf(':');
        if (isBracketed && end == 0) return Optional.empty();
        if (end < 0) end = text.length();
        String host = isBracketed ? text.substring(1, end - 1) : text.substring(0, end);
        if (!HostNames.isOne(host) || host.contains(":") != isBracketed) return Optional.empty();
        int number = end == text.length() ? port : port(text.substring(end));
        return number < 0 ? Optional.empty() : Optional.of(new HostPort(host, number));
    }

    /// The number of a text like `:80`, or -1.
    private static int port(String text) {
        boolean isNumber =
                text.startsWith(":")
                        && text.length() > 1
                        && text.length() <= 6
                        && text.chars().skip(1).allMatch(c -> c >= '0' && c <= '9');
        int port = isNumber ? Integer.parseInt(text.substring(1)) : -1;
        return port <= 65_535 ? port : -1;
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
