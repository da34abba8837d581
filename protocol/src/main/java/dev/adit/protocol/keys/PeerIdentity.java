package dev.adit.protocol.keys;

/// The identity of a peer, for code that only has to tell peers apart. There is one object for each
/// peer, as long as it exists: compare with `==`.
///
/// Its `toString` is the name used in logs: `peer 1`.
public interface PeerIdentity {
    PublicKey publicKey();

    /// The peer's number in its tunnel, counted from 1 and never reused.
    long number();
}
