package dev.adit.proxy.forward;

/// Where a forward leads: `HOST:PORT`, `[ADDRESS]:PORT` or `unix:PATH`. Immutable.
///
/// @param host a name or an address; empty for a Unix socket
/// @param port 1 to 65535; 0 for a Unix socket
/// @param path of a Unix socket, or empty
public record Target(String host, int port, String path) {
    /// Parses one.
    ///
    /// @throws IllegalArgumentException when it is none; the message says what is wrong
    public static Target parse(String text) {
        if (text.startsWith(UNIX) && text.length() > UNIX.length()) {
            return new Target("", 0, text.substring(UNIX.length()));
        }
        int colon = text.lastIndexOf(':');
        if (colon <= 0) throw bad(text, "not HOST:PORT");
        String host = text.substring(0, colon);
        boolean isBracketed = host.startsWith("[") && host.endsWith("]");
        if (isBracketed) host = host.substring(1, host.length() - 1);
        else if (host.contains(":")) throw bad(text, "an IPv6 address needs brackets");
        if (host.isEmpty()) throw bad(text, "not HOST:PORT");
        return new Target(host, port(text, text.substring(colon + 1)), "");
    }

    private static int port(String text, String port) {
        boolean isNumber =
                !port.isEmpty()
                        && port.length() <= 5
                        && port.chars().allMatch(c -> c >= '0' && c <= '9');
        int number = isNumber ? Integer.parseInt(port) : 0;
        if (number < 1 || number > 65_535) throw bad(text, "not a port from 1 to 65535");
        return number;
    }

    private static IllegalArgumentException bad(String text, String reason) {
        return new IllegalArgumentException("`" + text + "': " + reason);
    }

    /// True for a Unix socket of this host.
    public boolean isUnix() {
        return !path.isEmpty();
    }

    @Override
    public String toString() {
        if (isUnix()) return UNIX + path;
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    private static final String UNIX = "unix:";
}
