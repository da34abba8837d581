package dev.adit.resolver;

import dev.adit.net.Network;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The domains whose names this JVM looks up in a network: for libraries that have
/// [InetAddress#getByName] find addresses before they ask a factory for a socket.
///
/// ```java
/// try (NameRoutes.Route route = NameRoutes.add("corp.example", office)) { ... }
/// ```
///
/// A name belongs to the longest domain that it is in, or is. It is looked up in that network alone
/// until the route is closed, even when the network is closed before; then the host is asked for it
/// again. The JVM keeps what it has found for 30 s (`networkaddress.cache.ttl`), before and after.
///
/// The endpoint of a peer has to be looked up by the host, so no route may cover its name.
/// Thread-safe.
public final class NameRoutes {
    static final NameRoutes OF_JVM = new NameRoutes();

    private final Map<String, Network> networks = new ConcurrentHashMap<>();
    private final Map<InetAddress, String> names = new NamesByAddress(); // guarded by itself

    NameRoutes() {}

    /// Looks the names of a domain up in `network` from now on.
    ///
    /// @param domain as `corp.example` or `internal`, in any case
    /// @throws IllegalArgumentException when that is no domain, or the network has no DNS servers
    /// @throws IllegalStateException when the domain has a route already
    public static Route add(String domain, Network network) {
        return OF_JVM.route(domain, network);
    }

    Route route(String domain, Network network) {
        String key = normal(domain);
        if (!key.matches("[^\\s.]{1,63}(\\.[^\\s.]{1,63})*")) {
            throw new IllegalArgumentException("`" + domain + "' is no domain");
        }
        if (network.nameServers().isEmpty()) {
            // It would ask the host, which would ask it.
            throw new IllegalArgumentException(
                    network.name() + " has no DNS servers to ask for " + key);
        }
        if (networks.putIfAbsent(key, network) != null) {
            throw new IllegalStateException(key + " has a route already");
        }
        return new Route(this, key, network);
    }

    private static String normal(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /// The network that a name belongs to.
    Optional<Network> find(String host) {
        if (networks.isEmpty()) return Optional.empty();
        String name = normal(host);
        while (true) {
            Network network = networks.get(name);
            if (network != null) return Optional.of(network);
            int dot = name.indexOf('.');
            if (dot < 0) return Optional.empty();
            name = name.substring(dot + 1);
        }
    }

    /// Keeps the name of addresses that were found in a network.
    void remember(String host, List<InetAddress> found) {
        synchronized (names) {
            for (InetAddress address : found) names.put(address, host);
        }
    }

    /// The name by which a network has given an address, if it was one of the last 4,096.
    Optional<String> name(InetAddress address) {
        synchronized (names) {
            return Optional.ofNullable(names.get(address));
        }
    }

    private void remove(String domain, Network network) {
        networks.remove(domain, network);
        if (!networks.isEmpty()) return;
        synchronized (names) {
            names.clear();
        }
    }

    /// The names of the addresses found last.
    private static final class NamesByAddress extends LinkedHashMap<InetAddress, String> {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetAddress, String> eldest) {
            return size() > MOST_NAMES;
        }
    }

    private static final int MOST_NAMES = 4096;

    /// A domain that belongs to a network until this is closed. Thread-safe.
    public static final class Route implements AutoCloseable {
        private final NameRoutes routes;
        private final String domain;
        private final Network network;

        private Route(NameRoutes routes, String domain, Network network) {
            this.routes = routes;
            this.domain = domain;
            this.network = network;
        }

        /// The domain, in lower case.
        public String domain() {
            return domain;
        }

        /// Has the host asked for the domain's names again. Idempotent.
        @Override
        public void close() {
            routes.remove(domain, network);
        }
    }
}
