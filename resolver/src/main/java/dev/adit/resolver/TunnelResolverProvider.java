package dev.adit.resolver;

import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;

/// Gives the JVM its resolver (JEP 418). Made by the JVM, for its first lookup.
public final class TunnelResolverProvider extends InetAddressResolverProvider {
    /// A provider, for the JVM to make.
    public TunnelResolverProvider() {}

    @Override
    public InetAddressResolver get(Configuration configuration) {
        return new TunnelResolver(configuration.builtinResolver(), NameRoutes.OF_JVM);
    }

    @Override
    public String name() {
        return "adit";
    }
}
