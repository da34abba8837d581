import org.jspecify.annotations.NullMarked;

/// A resolver for the JVM (JEP 418) that looks names of a network up in its tunnel. A JVM has one
/// resolver, and takes this one by finding the module.
@NullMarked
module dev.adit.resolver {
    requires transitive dev.adit.net;
    requires static org.jspecify;

    exports dev.adit.resolver;

    provides java.net.spi.InetAddressResolverProvider with
            dev.adit.resolver.TunnelResolverProvider;
}
