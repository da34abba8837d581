package dev.adit.protocol.noise;

import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.keys.SymmetricKey;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/// The peer's static key, and the secrets shared with it before any message: DH(S_i, S_r) and the
/// preshared key.
///
/// DH(S_i, S_r) is computed once for each identity, by the first handshake that needs it, so that
/// ten thousand peers can be added at once, most of which will not connect soon.
///
/// Not thread-safe: guarded by the handshake it belongs to.
final class RemoteStatic {
    private final PublicKey publicKey;
    private PresharedKey presharedKey = PresharedKey.none();

    /// Null when there is none, and once the secret is computed.
    private @Nullable StaticIdentity identity;

    private @Nullable SymmetricKey staticStatic; // null when not computed, or unusable

    RemoteStatic(PublicKey publicKey) {
        this.publicKey = publicKey;
    }

    PublicKey publicKey() {
        return publicKey;
    }

    /// Erases the secret shared under the previous identity. `identity` may be null, and has to
    /// stay unchanged until it is replaced.
    void identity(@Nullable StaticIdentity identity) {
        forget();
        this.identity = identity;
    }

    /// False when there is no identity, or the static-static secret is all zero: then no handshake
    /// is possible.
    boolean isUsable() {
        if (identity != null) compute(identity);
        return staticStatic != null;
    }

    private void compute(StaticIdentity own) {
        SymmetricKey shared = new SymmetricKey();
        if (own.dh(publicKey.toSegment(), shared)) staticStatic = shared;
        else shared.erase();
        identity = null;
    }

    /// The static-static secret, if this [is usable][#isUsable].
    SymmetricKey staticStatic() {
        return Objects.requireNonNull(staticStatic);
    }

    PresharedKey presharedKey() {
        return presharedKey;
    }

    void presharedKey(PresharedKey key) {
        presharedKey.erase();
        presharedKey = key.copy();
    }

    void erase() {
        forget();
        presharedKey.erase();
    }

    private void forget() {
        identity = null;
        if (staticStatic != null) staticStatic.erase();
        staticStatic = null;
    }
}
