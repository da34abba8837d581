package dev.adit.protocol.noise;

import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.keys.SymmetricKey;

/// Who the other side is, and what we share with it before any message: DH(S_i, S_r) and the
/// preshared key.
///
/// Not thread-safe: guarded by the handshake it belongs to.
final class RemoteStatic {
    private final PublicKey publicKey;
    private final SymmetricKey staticStatic = new SymmetricKey();
    private PresharedKey presharedKey = PresharedKey.none();
    private boolean usable;

    RemoteStatic(PublicKey publicKey) {
        this.publicKey = publicKey;
    }

    PublicKey publicKey() {
        return publicKey;
    }

    /// Computes the static-static secret under `identity`, or erases it when that is null.
    void precompute(StaticIdentity identity) {
        usable = identity != null && identity.dh(publicKey.toSegment(), staticStatic);
        if (!usable) staticStatic.erase();
    }

    /// False when there is no identity, or the static-static secret is all zero: then no handshake
    /// can be had.
    boolean usable() {
        return usable;
    }

    SymmetricKey staticStatic() {
        return staticStatic;
    }

    PresharedKey presharedKey() {
        return presharedKey;
    }

    void presharedKey(PresharedKey key) {
        presharedKey.erase();
        presharedKey = key.copy();
    }

    void erase() {
        staticStatic.erase();
        presharedKey.erase();
        usable = false;
    }
}
