package dev.adit.device.resolve;

import dev.adit.device.config.EndpointName;
import dev.adit.ip.address.Endpoint;
import dev.adit.protocol.keys.PublicKey;

import org.jspecify.annotations.Nullable;

/// A listener to the results of endpoint name lookups. Called by the thread of the lookup.
public interface LookupListener {
    /// The name of the endpoint of `peer` was looked up.
    ///
    /// @param before the peer's endpoint before, or null
    /// @param now the endpoint that the name leads to, or null when the lookup has failed
    /// @param failure the reason of a failure, else null
    void lookedUp(
            PublicKey peer,
            EndpointName name,
            @Nullable Endpoint before,
            @Nullable Endpoint now,
            @Nullable String failure);
}
