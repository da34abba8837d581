package dev.adit.protocol.noise;

import dev.adit.protocol.crypto.CryptoProviders;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.keys.SymmetricKey;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/// Our own identity: a private key and its public key. Immutable except for [#erase].
public final class StaticIdentity {
    private final PrivateKey privateKey;
    private final PublicKey publicKey;

    /// An identity with a copy of `privateKey`.
    public StaticIdentity(PrivateKey privateKey) {
        this.privateKey = privateKey.copy();
        MemorySegment point = MemorySegment.ofArray(new byte[PublicKey.LENGTH]);
        CryptoProviders.provider().x25519Public(privateKey.reveal(), point);
        publicKey = new PublicKey(point, 0);
    }

    public PublicKey publicKey() {
        return publicKey;
    }

    /// A copy of the private key, for an administrator who asks for it.
    public PrivateKey privateKey() {
        return privateKey.copy();
    }

    /// Compares the private key with `other` in constant time.
    public boolean is(PrivateKey other) {
        return privateKey.equals(other);
    }

    /// Computes DH(S_priv, `point`) into `shared`; false when the result is all zero, which ends a
    /// handshake.
    boolean dh(MemorySegment point, SymmetricKey shared) {
        try {
            return CryptoProviders.provider().x25519(privateKey.reveal(), point, shared.reveal());
        } finally {
            // Another thread may erase and drop this identity meanwhile.
            Reference.reachabilityFence(this);
        }
    }

    public void erase() {
        privateKey.erase();
    }
}
