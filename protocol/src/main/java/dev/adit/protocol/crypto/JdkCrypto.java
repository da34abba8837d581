package dev.adit.protocol.crypto;

import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.CryptoProvider;

import java.lang.foreign.MemorySegment;

/// The provider that is always available, on the JDK's own `javax.crypto`. Stateless and
/// thread-safe.
public class JdkCrypto implements CryptoProvider {
    @Override
    public String name() {
        return "JDK " + System.getProperty("java.version");
    }

    @Override
    public Aead aead(MemorySegment key) {
        return new JdkAead(key, 0);
    }

    @Override
    public boolean x25519(MemorySegment scalar, MemorySegment point, MemorySegment shared) {
        return JdkX25519.multiply(scalar, point, shared);
    }

    @Override
    public void x25519Public(MemorySegment scalar, MemorySegment publicKey) {
        JdkX25519.multiplyBase(scalar, publicKey);
    }
}
