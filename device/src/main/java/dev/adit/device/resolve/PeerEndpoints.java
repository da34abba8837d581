package dev.adit.device.resolve;

import dev.adit.ip.address.Endpoint;
import dev.adit.protocol.keys.PublicKey;

import java.util.function.BooleanSupplier;

/// Where peers are sent to. Thread-safe.
public interface PeerEndpoints {
    /// The endpoint of a peer, or null when it has none or is gone.
    Endpoint endpoint(PublicKey peer);

    /// Sends a peer to `to` from now on if its endpoint is still `from`, and tries a handshake
    /// there. False when it was elsewhere by then.
    ///
    /// @param valid says whether that is still wanted; asked while nobody changes the configuration
    boolean move(PublicKey peer, Endpoint from, Endpoint to, BooleanSupplier valid);
}
