package dev.adit.testkit;

import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;

import java.security.SecureRandom;

/// Keys for tests. Stateless.
public final class Keys {
    /// A new private key.
    public static PrivateKey privateKey() {
        return PrivateKey.generate(RANDOM);
    }

    /// A new preshared key.
    public static PresharedKey presharedKey() {
        return PresharedKey.generate(RANDOM);
    }

    /// The public key that belongs to `key`.
    public static PublicKey publicKey(PrivateKey key) {
        return key.publicKey();
    }

    private static final SecureRandom RANDOM = new SecureRandom();

    private Keys() {}
}
