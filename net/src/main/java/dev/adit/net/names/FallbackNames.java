package dev.adit.net.names;

import dev.adit.ip.address.IpAddress;
import dev.adit.net.core.NameResolver;

import java.net.UnknownHostException;
import java.util.List;

/// Asks one lookup, then another for what the first does not find. Immutable.
public record FallbackNames(NameResolver first, NameResolver second) implements NameResolver {
    @Override
    public List<IpAddress> addresses(String host) throws UnknownHostException {
        try {
            return first.addresses(host);
        } catch (UnknownHostException e) {
            try {
                return second.addresses(host);
            } catch (UnknownHostException both) {
                both.addSuppressed(e);
                throw both;
            }
        }
    }
}
