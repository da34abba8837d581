package dev.adit.device.resolve;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/// Knows the names that a test gives it.
public final class FakeResolver implements Resolver {
    private final Map<String, InetAddress> hosts = new HashMap<>();
    private final Map<String, Integer> services = new HashMap<>();

    /// One that knows no name.
    public FakeResolver() {}

    public FakeResolver host(String name, String numeric) {
        hosts.put(name, InetAddress.ofLiteral(numeric));
        return this;
    }

    public FakeResolver service(String name, int port) {
        services.put(name, port);
        return this;
    }

    @Override
    public InetAddress address(String host, String endpoint) throws UnknownHostException {
        InetAddress address = hosts.get(host);
        if (address == null) throw new UnknownHostException("Name or service not known");
        return address;
    }

    @Override
    public OptionalInt port(String service) {
        Integer port = services.get(service);
        return port == null ? OptionalInt.empty() : OptionalInt.of(port);
    }
}
