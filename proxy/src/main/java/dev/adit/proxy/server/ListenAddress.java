package dev.adit.proxy.server;

import dev.adit.ip.address.IpAddress;
import dev.adit.proxy.stream.HostPort;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.InvalidPathException;

/// The address on which a proxy listens: `ADDRESS:PORT`, `[ADDRESS]:PORT`, `PORT` on loopback, or
/// `unix:PATH`. Immutable.
///
/// @param text as it was given
/// @param address an IP address with a port, 0 for one that is free, or a Unix socket
public record ListenAddress(String text, SocketAddress address) {
    /// Parses one.
    ///
    /// @throws IllegalArgumentException when it is none; the message says what is wrong
    public static ListenAddress parse(String text) {
        return parse(text, -1);
    }

    /// Parses one whose port may be left out.
    ///
    /// @param port where the text has none, or -1 to require one
    /// @throws IllegalArgumentException when it is none; the message says what is wrong
    public static ListenAddress parse(String text, int port) {
        if (text.startsWith(UNIX)) return unix(text);
        if (port >= 0 && IpAddress.parse(text).isPresent()) {
            return new ListenAddress(
                    text, new InetSocketAddress(InetAddress.ofLiteral(text), port));
        }
        boolean isPort = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
        HostPort end =
                HostPort.parse(isPort ? "127.0.0.1:" + text : text, port)
                        .filter(found -> IpAddress.parse(found.host()).isPresent())
                        .orElseThrow(() -> bad(text, "not ADDRESS:PORT, with an IP address"));
        InetAddress address = InetAddress.ofLiteral(end.host());
        return new ListenAddress(text, new InetSocketAddress(address, end.port()));
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
