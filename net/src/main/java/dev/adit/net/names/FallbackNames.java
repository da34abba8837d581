package dev.adit.net.names;

import dev.adit.ip.address.IpAddress;
import dev.adit.net.core.NameLookup;

import java.net.UnknownHostException;
import java.util.List;

/// Asks one lookup, then another for what the first does not find. Immutable.
public record FallbackNames(NameLookup first, NameLookup second) implements NameLookup {
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
