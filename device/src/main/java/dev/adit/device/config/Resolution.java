package dev.adit.device.config;

import dev.adit.ip.address.Endpoint;
import dev.adit.protocol.keys.PublicKey;

import org.jspecify.annotations.Nullable;

/// The result of resolving the name of a peer's endpoint. Immutable.
///
/// @param peer the peer
/// @param name the name that was resolved
/// @param endpoint the peer's endpoint now, or null when it is not known
/// @param moved whether the endpoint changed
/// @param failure the reason why there was no answer, in the system's words; empty when there was
///   one
public record Resolution(
        PublicKey peer,
        @Nullable EndpointName name,
        @Nullable Endpoint endpoint,
        boolean moved,
        String failure) {}
