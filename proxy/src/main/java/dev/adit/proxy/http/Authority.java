package dev.adit.proxy.http;

import dev.adit.proxy.stream.BadRequestException;
import dev.adit.proxy.stream.HostNames;

import java.util.Locale;

/// A host and a port, as in `example.org:80` or `[fd00::1]:80` (RFC 3986 §3.2). Immutable.
///
/// @param host a name, or an address without brackets
record Authority(String host, int port) {
    /// Parses one.
    ///
    /// @param port where the text has none, or -1 to require one
    static Authority parse(String text, int port) throws BadRequestException {
        boolean isBracketed = text.startsWith("[");
        int end = isBracketed ? text.indexOf(']') + 1 : text.indexOf(':');
        if (isBracketed && end == 0) throw bad();
        if (end < 0) end = text.length();
        String host = isBracketed ? text.substring(1, end - 1) : text.substring(0, end);
        String rest = text.substring(end);
        HostNames.check(host);
        if (host.contains(":") != isBracketed) throw bad();
        if (rest.isEmpty() && port >= 0) return new Authority(host, port);
        return new Authority(host, port(rest));
    }

    private static int port(String rest) throws BadRequestException {
        boolean isNumber =
                rest.startsWith(":")
                        && rest.length() > 1
                        && rest.length() <= 6
                        && rest.chars().skip(1).allMatch(c -> c >= '0' && c <= '9');
        int port = isNumber ? Integer.parseInt(rest.substring(1)) : 0;
        if (port < 1 || port > 65_535) throw bad();
        return port;
    }

    private static BadRequestException bad() {
        return new BadRequestException("not a host and a port");
    }

    /// True for the same host and port, in whatever case.
    boolean isSame(Authority other) {
        return port == other.port
                && host.toLowerCase(Locale.ROOT).equals(other.host.toLowerCase(Locale.ROOT));
    }

    /// The value of a Host field.
    String field() {
        String name = host.contains(":") ? "[" + host + "]" : host;
        return port == 80 ? name : name + ":" + port;
    }
}
