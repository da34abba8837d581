package dev.adit.device.config;

import dev.adit.protocol.keys.PublicKey;

import org.jspecify.annotations.Nullable;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The settings and the state of a device beyond WireGuard's own, at one moment. Immutable.
///
/// @param link whether the device has taken the interface for up, last
/// @param socketFailure why it got no sockets when the interface came up last, or empty
/// @param debug whether debug messages are logged
/// @param resolveNames whether endpoint names are resolved again when their peers do not answer
/// @param offloads the names of the offloads in use
/// @param peers the notes on every peer, in the order in which they were added
public record DeviceInfo(
        Link link,
        String socketFailure,
        boolean debug,
        boolean resolveNames,
        List<String> offloads,
        Map<PublicKey, OfPeer> peers) {
    /// The value for a device without such settings.
    public static final DeviceInfo NONE = new DeviceInfo(false, List.of(), Map.of());

    /// The settings of a device that keeps no names, and does not tell its state.
    public DeviceInfo(boolean debug, List<String> offloads, Map<PublicKey, OfPeer> peers) {
        this(Link.UNKNOWN, "", debug, false, offloads, peers);
    }

    /// The state of an interface as its device has seen it: somewhat later than the system.
    public enum Link {
        /// The device does not say.
        UNKNOWN,
        DOWN,
        UP
    }

    public DeviceInfo {
        offloads = List.copyOf(offloads);
        peers = Collections.unmodifiableMap(new LinkedHashMap<>(peers));
    }

    /// The notes on one peer.
    ///
    /// @param number its number in the log: peers are counted from 1 since the device was made
    /// @param description its name among people, or empty
    /// @param endpointName the name of its endpoint, or null
    public record OfPeer(long number, String description, @Nullable EndpointName endpointName) {
        /// Notes on a peer whose endpoint has no name.
        public OfPeer(long number, String description) {
            this(number, description, null);
        }
    }

    /// The name of a peer's endpoint, if it has one.
    public Optional<EndpointName> endpointName(PublicKey peer) {
        return Optional.ofNullable(peers.get(peer)).map(OfPeer::endpointName);
    }

    /// The description of a peer, if it has one.
    public Optional<String> description(PublicKey peer) {
        OfPeer notes = peers.get(peer);
        return notes == null || notes.description.isEmpty()
                ? Optional.empty()
                : Optional.of(notes.description);
    }
}
