package dev.adit.proxy.forward;

import dev.adit.proxy.stream.HostPort;

/// The target of a forward: `HOST:PORT`, `[ADDRESS]:PORT` or `unix:PATH`. Immutable.
///
/// @param host a name or an address; empty for a Unix socket
/// @param port 1 to 65535; 0 for a Unix socket
/// @param path of a Unix socket, or empty
public record ForwardTarget(String host, int port, String path) {
    /// Parses one.
    ///
    /// @throws IllegalArgumentException when it is none; the message says what is wrong
    public static ForwardTarget parse(String text) {
        if (text.startsWith(UNIX) && text.length() > UNIX.length()) {
            return new ForwardTarget("", 0, text.substring(UNIX.length()));
        }
        HostPort end =
                HostPort.parse(text, -1)
                        .filter(found -> found.port() > 0)
                        .orElseThrow(() -> bad(text));
        return new ForwardTarget(end.host(), end.port(), "");
    }

    private static IllegalArgumentException bad(String text) {
        return new IllegalArgumentException(
                "`" + text + "': not HOST:PORT, with a port from 1 to 65535");
    }

    /// True for a Unix socket of this host.
    public boolean isUnix() {
        return !path.isEmpty();
    }

    @Override
    public String toString() {
        if (isUnix()) return UNIX + path;
        return new HostPort(host, port).toString();
    }

    private static final String UNIX = "unix:";
}
