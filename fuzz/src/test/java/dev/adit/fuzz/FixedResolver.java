package dev.adit.fuzz;

import dev.adit.device.resolve.Resolver;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.OptionalInt;

/// Knows one host and one service, and asks nobody. Stateless.
public final class FixedResolver implements Resolver {
    @Override
    public InetAddress address(String host, String endpoint) throws UnknownHostException {
        if (host.equals("host")) return InetAddress.ofLiteral("192.0.2.1");
        throw new UnknownHostException("Name or service not known");
    }

    @Override
    public OptionalInt port(String service) {
        return service.equals("domain") ? OptionalInt.of(53) : OptionalInt.empty();
    }
}
