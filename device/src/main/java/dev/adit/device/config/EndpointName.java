package dev.adit.device.config;

import dev.adit.device.text.Numbers;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/// The name of a peer's endpoint: a host name, which may lead to another address later, and a port.
/// Immutable.
///
/// @param host the name of a host, 1 to 253 characters, all of which can precede a colon in a line
///   of a configuration file
/// @param port the UDP port, 0 to 65535
public record EndpointName(String host, int port) {
    /// @throws IllegalArgumentException when the name is invalid
    public EndpointName {
        if (!isValid(host)) throw new IllegalArgumentException("not a host name");
        if (port < 0 || port > 0xffff) throw new IllegalArgumentException("port " + port);
    }

    /// Parses `host:port`; empty when `text` is not that.
    public static Optional<EndpointName> parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0 || !isValid(text.substring(0, colon))) return Optional.empty();
        long port = Numbers.decimal(text.substring(colon + 1), 0xffff);
        if (port < 0) return Optional.empty();
        return Optional.of(new EndpointName(text.substring(0, colon), (int) port));
    }

    /// True when this can be the name of a host.
    public static boolean isValid(String host) {
        return !host.isEmpty()
                && host.length() <= MAX_LENGTH
                && host.chars().allMatch(EndpointName::isOfName);
    }

    private static boolean isOfName(int character) {
        return character > ' ' && character < 0x7f && "#%:=[]`'\"\\".indexOf(character) < 0;
    }

    /// The endpoint at `address` with this port.
    public Endpoint at(InetAddress address) {
        return endpoint(address, port);
    }

    public static Endpoint endpoint(InetAddress address, int port) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        if (!(address instanceof Inet6Address v6)) {
            return new Endpoint(IpAddress.v4(bytes.getInt()), port);
        }
        IpAddress ip = IpAddress.v6(bytes.getLong(), bytes.getLong());
        return new Endpoint(ip, port, v6.getScopeId(), null, 0);
    }

    /// The text that [#parse] reads.
    @Override
    public String toString() {
        return host + ":" + port;
    }

    private static final int MAX_LENGTH = 253; // RFC 1035 §2.3.4, as text
}
