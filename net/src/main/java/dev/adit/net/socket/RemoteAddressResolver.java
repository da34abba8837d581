package dev.adit.net.socket;

import dev.adit.ip.address.IpAddress;
import dev.adit.net.core.InetAddresses;
import dev.adit.net.core.TunnelStack;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/// Resolves the remote address of a socket call; names are looked up inside the tunnel. Stateless.
///
/// A name is looked up by the network, even where the program had the host look it up before: the
/// names in a tunnel are others than those outside.
final class RemoteAddressResolver {
    static List<IpAddress> of(TunnelStack net, InetSocketAddress to) throws UnknownHostException {
        String host = to.getHostString();
        Optional<IpAddress> literal = literal(host);
        if (literal.isPresent()) return List.of(literal.get());
        if (!to.isUnresolved() && host.contains(":")) {
            return List.of(InetAddresses.of(to.getAddress())); // with a scope
        }
        if (!to.isUnresolved() && (host.isEmpty() || to.getAddress().isLoopbackAddress())) {
            return List.of(InetAddresses.of(to.getAddress()));
        }
        return net.names().addresses(host);
    }

    private static Optional<IpAddress> literal(String host) {
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        return IpAddress.parse(bracketed ? host.substring(1, host.length() - 1) : host);
    }

    /// The name that was asked for, or null for an address.
    static @Nullable String nameOf(InetSocketAddress to) {
        String host = to.getHostString();
        return host.isEmpty() || host.contains(":") || literal(host).isPresent() ? null : host;
    }

    private RemoteAddressResolver() {}
}
