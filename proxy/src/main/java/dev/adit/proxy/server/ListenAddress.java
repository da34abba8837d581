package dev.adit.proxy.server;

import dev.adit.ip.address.IpAddress;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.InvalidPathException;

/// Where a proxy listens: `ADDRESS:PORT`, `[ADDRESS]:PORT`, `PORT` on loopback, or `unix:PATH`.
/// Immutable.
///
/// @param text as it was given
/// @param address an IP address with a port, 0 for one that is free, or a Unix socket
public record ListenAddress(String text, SocketAddress address) {
    /// Parses one.
    ///
    /// @throws IllegalArgumentException when it is none; the message says what is wrong
    public static ListenAddress parse(String text) {
        if (text.startsWith(UNIX)) return unix(text);
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "127.0.0.1" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) host = host.substring(1, host.length() - 1);
        else if (host.contains(":")) throw bad(text, "an IPv6 address needs brackets");
        if (IpAddress.parse(host).isEmpty()) throw bad(text, "not an IP address");
        int port = port(text, text.substring(colon + 1));
        return new ListenAddress(text, new InetSocketAddress(InetAddress.ofLiteral(host), port));
    }

    private static ListenAddress unix(String text) {
        String path = text.substring(UNIX.length());
        if (path.isEmpty()) throw bad(text, "the path is missing");
        try {
            return new ListenAddress(text, UnixDomainSocketAddress.of(path));
        } catch (InvalidPathException e) {
            throw bad(text, "not a path");
        }
    }

    private static int port(String text, String port) {
        try {
            int number = port.length() <= 5 ? Integer.parseUnsignedInt(port) : -1;
            if (number >= 0 && number <= 65_535) return number;
        } catch (NumberFormatException e) {
            // said below
        }
        throw bad(text, "not a port");
    }

    private static IllegalArgumentException bad(String text, String reason) {
        return new IllegalArgumentException("`" + text + "': " + reason);
    }

    /// True when no other host can connect to it.
    public boolean isLocal() {
        return !(address instanceof InetSocketAddress inet)
                || inet.getAddress().isLoopbackAddress();
    }

    private static final String UNIX = "unix:";
}
