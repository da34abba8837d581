package dev.adit.net.names;

import dev.adit.ip.address.IpAddress;
import dev.adit.net.core.InetAddresses;
import dev.adit.net.core.NameResolver;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/// Looks up names with the host's resolver. Stateless.
public final class SystemNames implements NameResolver {
    public SystemNames() {}

    @Override
    public List<IpAddress> addresses(String host) throws UnknownHostException {
        List<IpAddress> all = new ArrayList<>();
        for (InetAddress address : InetAddress.getAllByName(host))
            all.add(InetAddresses.of(address));
        return all;
    }
}
