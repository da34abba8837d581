package dev.adit.device.config;

import dev.adit.protocol.keys.PublicKey;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a device is set to beyond what every implementation knows, at one moment. Immutable.
///
/// @param debug whether what happens is logged
/// @param offloads the names of the offloads in use
/// @param peers the notes on every peer, in the order in which they were added
public record DeviceNotes(boolean debug, List<String> offloads, Map<PublicKey, OfPeer> peers) {
    /// Those of a device that keeps none.
    public static final DeviceNotes NONE = new DeviceNotes(false, List.of(), Map.of());

    public DeviceNotes {
        offloads = List.copyOf(offloads);
        peers = Collections.unmodifiableMap(new LinkedHashMap<>(peers));
    }

    /// The notes on one peer.
    ///
    /// @param number how the log names it: the peers are counted from 1 since the device was made
    /// @param description its name among people, or empty
    public record OfPeer(long number, String description) {}

    /// The description of a peer, if it has one.
    public Optional<String> description(PublicKey peer) {
        OfPeer notes = peers.get(peer);
        return notes == null || notes.description.isEmpty()
                ? Optional.empty()
                : Optional.of(notes.description);
    }
}
