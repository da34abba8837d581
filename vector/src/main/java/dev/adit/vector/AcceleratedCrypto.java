package dev.adit.vector;

import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.CryptoProvider;

import java.lang.foreign.MemorySegment;

/// A provider that leaves batches to a [WideCipher] once that is faster than the provider below it.
/// Thread-safe.
final class AcceleratedCrypto implements CryptoProvider {
    private final CryptoProvider base;
    private final CipherSwitch cipherSwitch;

    AcceleratedCrypto(CryptoProvider base, CipherSwitch cipherSwitch) {
        this.base = base;
        this.cipherSwitch = cipherSwitch;
    }

    @Override
    public String name() {
        return base.name();
    }

    @Override
    public Aead aead(MemorySegment key) {
        return new AcceleratedAead(base.aead(key), key, cipherSwitch);
    }

    @Override
    public void seal(
            MemorySegment key,
            long counter,
            MemorySegment additional,
            MemorySegment plain,
            MemorySegment sealed) {
        base.seal(key, counter, additional, plain, sealed);
    }

    @Override
    public boolean open(
            MemorySegment key,
            long counter,
            MemorySegment additional,
            MemorySegment sealed,
            MemorySegment plain) {
        return base.open(key, counter, additional, sealed, plain);
    }

    @Override
    public boolean x25519(MemorySegment scalar, MemorySegment point, MemorySegment shared) {
        return base.x25519(scalar, point, shared);
    }

    @Override
    public void x25519Public(MemorySegment scalar, MemorySegment publicKey) {
        base.x25519Public(scalar, publicKey);
    }

    @Override
    public void eraseStack() {
        base.eraseStack();
    }
}
