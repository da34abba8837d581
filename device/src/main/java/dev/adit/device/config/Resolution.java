package dev.adit.device.config;

import dev.adit.ip.address.Endpoint;
import dev.adit.protocol.keys.PublicKey;

/// What came of looking up the name of a peer's endpoint. Immutable.
///
/// @param peer whose endpoint it is
/// @param name what was looked up
/// @param endpoint where the peer is sent to now, or null when that is not known
/// @param moved whether that was another place before
/// @param failure why there was no answer, in the system's words; empty when there was one
public record Resolution(
        PublicKey peer, EndpointName name, Endpoint endpoint, boolean moved, String failure) {}
