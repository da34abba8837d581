package dev.adit.proxy.http;

import dev.adit.proxy.stream.BadRequestException;
import dev.adit.proxy.stream.HostPort;

/// The host and port of a request's target (RFC 9110 §4.2). Immutable.
record Authority(HostPort end) {
    /// Parses one.
    ///
    /// @param port where the text has none, or -1 to require one
    static Authority parse(String text, int port) throws BadRequestException {
        HostPort end =
                HostPort.parse(text, port)
                        .filter(found -> found.port() > 0)
                        .orElseThrow(() -> new BadRequestException("not a host and a port"));
        return new Authority(end);
    }

    String host() {
        return end.host();
    }

    int port() {
        return end.port();
    }

    /// True for the same host and port, in whatever case.
    boolean isSame(Authority other) {
        return port() == other.port() && host().equalsIgnoreCase(other.host());
    }

    /// The value of a Host field.
    String field() {
        String text = end.toString();
        return port() == DEFAULT ? text.substring(0, text.lastIndexOf(':')) : text;
    }

    /// The port of `http:` where none is named.
    static final int DEFAULT = 80;
}
