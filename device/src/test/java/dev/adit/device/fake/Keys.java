package dev.adit.device.fake;

import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.tunnel.NoActions;
import dev.adit.protocol.tunnel.Tunnel;

import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;

/// Keys for tests. Stateless.
public final class Keys {
    public static PrivateKey privateKey() {
        return new PrivateKey(random());
    }

    public static PresharedKey presharedKey() {
        return new PresharedKey(random());
    }

    /// The public key that belongs to `key`.
    public static PublicKey publicKey(PrivateKey key) {
        Tunnel tunnel = new Tunnel(RANDOM, RANDOM, () -> {});
        tunnel.privateKey(key, new NoActions());
        PublicKey publicKey = tunnel.publicKey().orElseThrow();
        tunnel.erase();
        return publicKey;
    }

    private static MemorySegment random() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return MemorySegment.ofArray(bytes);
    }

    private static final SecureRandom RANDOM = new SecureRandom();

    private Keys() {}
}
