package dev.adit.resolver;

import dev.adit.net.Network;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Looks up names in the networks that have taken them over, and all others with the JVM's own
/// resolver. Thread-safe.
///
/// A name of a network is never asked for elsewhere, whether the network knows it, does not, or is
/// closed, unless the network itself asks the host. The name of an address that a network has given
/// is known, and not asked for.
final class TunnelResolver implements InetAddressResolver {
    private final InetAddressResolver builtin;
    private final NameRoutes routes;

    /// True while this thread asks a network, which may ask the host after its own servers.
    private final ThreadLocal<Boolean> isAsking = ThreadLocal.withInitial(() -> false);

    TunnelResolver(InetAddressResolver builtin, NameRoutes routes) {
        this.builtin = builtin;
        this.routes = routes;
    }

    @Override
    public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
            throws UnknownHostException {
        Optional<Network> network = routes.find(host);
        if (network.isEmpty() || isAsking.get()) return builtin.lookupByName(host, policy);
        List<InetAddress> found = ask(network.get(), host);
        routes.remember(host, found);
        List<InetAddress> wanted = wanted(found, policy);
        if (wanted.isEmpty()) throw new UnknownHostException(host + ": no address of that family");
        return wanted.stream();
    }

    private List<InetAddress> ask(Network network, String host) throws UnknownHostException {
        isAsking.set(true);
        try {
            return network.resolve(host);
        } finally {
            isAsking.remove();
        }
    }

    private static List<InetAddress> wanted(List<InetAddress> found, LookupPolicy policy) {
        int all = policy.characteristics();
        Stream<InetAddress> kept =
                found.stream()
                        .filter(
                                address ->
                                        isV4(address)
                                                ? (all & LookupPolicy.IPV4) != 0
                                                : (all & LookupPolicy.IPV6) != 0);
        if ((all & LookupPolicy.IPV4_FIRST) != 0) {
            kept = kept.sorted(Comparator.comparing(address -> !isV4(address)));
        } else if ((all & LookupPolicy.IPV6_FIRST) != 0) {
            kept = kept.sorted(Comparator.comparing(TunnelResolver::isV4));
        }
        return kept.toList();
    }

    private static boolean isV4(InetAddress address) {
        return address instanceof Inet4Address;
    }

    @Override
    public String lookupByAddress(byte[] address) throws UnknownHostException {
        Optional<String> name = routes.name(InetAddress.getByAddress(address));
        return name.isPresent() ? name.get() : builtin.lookupByAddress(address);
    }
}
