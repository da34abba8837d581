package dev.adit.device.resolve;

import dev.adit.ip.address.Endpoint;
import dev.adit.protocol.keys.PublicKey;

import org.jspecify.annotations.Nullable;

import java.util.function.BooleanSupplier;

/// The endpoints of peers. Thread-safe.
public interface PeerEndpoints {
    /// The endpoint of a peer, or null when it has none or does not exist.
    @Nullable Endpoint endpoint(PublicKey peer);

    /// Moves a peer to `to` if its endpoint is still `from`, and tries a handshake there. Returns
    /// false when its endpoint has changed in the meantime.
    ///
    /// @param valid whether the move is still wanted; called while the configuration cannot change
    boolean move(PublicKey peer, @Nullable Endpoint from, Endpoint to, BooleanSupplier valid);
}
