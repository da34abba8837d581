package dev.adit.ip.address;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.Optional;

/// The outer address of a peer and, once a packet has come from there, the local address that
/// packet was sent to.
///
/// Answers leave from that local *source*, so that a host with several addresses is answered from
/// the one it was asked at (the kernel's `struct endpoint`). Immutable.
///
/// @param address the peer's address
/// @param port its UDP port, 1 to 65535
/// @param scope the interface index of an IPv6 link-local address, or 0
/// @param source the local address to send from, or null to let the system choose
/// @param sourceInterface the index of the interface that the packet came to, or 0
public record Endpoint(
        IpAddress address, int port, int scope, @Nullable IpAddress source, int sourceInterface) {

    /// An endpoint without a known local source.
    public Endpoint(IpAddress address, int port) {
        this(address, port, 0, null, 0);
    }

    public Endpoint {
        Objects.requireNonNull(address);
        if (port < 0 || port > 65535) throw new IllegalArgumentException("port " + port);
    }

    /// Parses an endpoint written as `a.b.c.d:port` or `[v6]:port`, with `%N` before the bracket
    /// for the numbered interface N of a link-local address. Empty when `text` is not one; names
    /// are not resolved.
    public static Optional<Endpoint> parse(CharSequence text) {
        String whole = text.toString();
        int colon = whole.lastIndexOf(':');
        if (colon < 0) return Optional.empty();
        int port = number(whole.substring(colon + 1), 65535);
        String host = whole.substring(0, colon);
        if (port < 0) return Optional.empty();
        if (!host.startsWith("[")) {
            return IpAddress.parse(host).filter(a -> !a.v6()).map(a -> new Endpoint(a, port));
        }
        if (!host.endsWith("]")) return Optional.empty();
        int percent = host.indexOf('%');
        int scope =
                percent < 0
                        ? 0
                        : number(host.substring(percent + 1, host.length() - 1), Integer.MAX_VALUE);
        if (scope < 0) return Optional.empty();
        return IpAddress.parse(host.substring(1, percent < 0 ? host.length() - 1 : percent))
                .filter(IpAddress::v6)
                .map(a -> new Endpoint(a, port, scope, null, 0));
    }

    /// Parses a decimal number from 0 to `max`; -1 when it is not one.
    private static int number(String digits, int max) {
        if (digits.isEmpty() || digits.length() > 10) return -1;
        for (int i = 0; i < digits.length(); i++) {
            if (digits.charAt(i) < '0' || digits.charAt(i) > '9') return -1;
        }
        long value = Long.parseLong(digits);
        return value <= max ? (int) value : -1;
    }

    /// True when a local source is known.
    public boolean hasSource() {
        return source != null;
    }

    /// The same remote address without a local source.
    public Endpoint withoutSource() {
        return hasSource() ? new Endpoint(address, port, scope, null, 0) : this;
    }

    /// True when both name the same remote address, port and scope.
    public boolean sameRemote(Endpoint other) {
        return port == other.port && scope == other.scope && address.equals(other.address);
    }

    /// The remote address as [#parse] reads it.
    @Override
    public String toString() {
        if (!address.v6()) return address + ":" + port;
        return "[" + address + (scope == 0 ? "" : "%" + scope) + "]:" + port;
    }
}
