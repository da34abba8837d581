package dev.adit.libcrypto;

import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.CryptoProvider;

import java.lang.foreign.MemorySegment;

/// The provider on OpenSSL 3's libcrypto, if the system has it. Immutable and thread-safe.
public final class LibCrypto implements CryptoProvider {
    private final String name;
    private final long cipher;
    private final boolean nonceByParameter;
    private final ThreadLocal<OneShotAead> oneShots;

    /// @throws ExceptionInInitializerError when there is no libcrypto of version 3
    /// @throws IllegalStateException when it offers no ChaCha20-Poly1305
    public LibCrypto() {
        long version = LibCryptoFunctions.OpenSSL_version_num();
        name =
                "libcrypto "
                        + (version >> 28)
                        + "."
                        + (version >> 20 & 0xff)
                        + "."
                        + (version >> 4 & 0xff);
        // Never freed: it lives as long as the library does.
        cipher = LibCryptoFunctions.EVP_CIPHER_fetch(0, CIPHER_NAME.address(), 0);
        if (cipher == 0) throw new IllegalStateException(name + " has no ChaCha20-Poly1305");
        nonceByParameter = takesNonceByParameter();
        oneShots = ThreadLocal.withInitial(this::oneShot);
    }

    private OneShotAead oneShot() {
        return new OneShotAead(new LibCryptoAead(cipher, OneShotAead.ZEROS, 0, nonceByParameter));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Aead aead(MemorySegment key) {
        return aead(key, 0);
    }

    /// Makes an AEAD whose nonces start with the four bytes of `fixedPart` in memory order, zero in
    /// WireGuard.
    Aead aead(MemorySegment key, int fixedPart) {
        return new LibCryptoAead(cipher, key, fixedPart, nonceByParameter);
    }

    /// Makes an AEAD that only uses calls documented in OpenSSL's manual. See [LibCryptoAead].
    Aead plainAead(MemorySegment key, int fixedPart) {
        return new LibCryptoAead(cipher, key, fixedPart, false);
    }

    @Override
    public void seal(
            MemorySegment key,
            long counter,
            MemorySegment additional,
            MemorySegment plain,
            MemorySegment sealed) {
        oneShots.get().seal(key, counter, additional, plain, sealed);
    }

    @Override
    public boolean open(
            MemorySegment key,
            long counter,
            MemorySegment additional,
            MemorySegment sealed,
            MemorySegment plain) {
        return oneShots.get().open(key, counter, additional, sealed, plain);
    }

    @Override
    public boolean x25519(MemorySegment scalar, MemorySegment point, MemorySegment shared) {
        try {
            return LibCryptoX25519.multiply(scalar, point, shared);
        } finally {
            StackEraser.erase(StackEraser.KEYS);
        }
    }

    @Override
    public void eraseStack() {
        StackEraser.erase(StackEraser.KEYS);
    }

    @Override
    public void x25519Public(MemorySegment scalar, MemorySegment publicKey) {
        try {
            LibCryptoX25519.multiplyBase(scalar, publicKey);
        } finally {
            StackEraser.erase(StackEraser.KEYS);
        }
    }

    /// True when this library gives the same result for both ways of setting the nonce. See
    /// [LibCryptoAead].
    private boolean takesNonceByParameter() {
        MemorySegment key = MemorySegment.ofArray(new byte[32]);
        MemorySegment plain = MemorySegment.ofArray(new byte[80]);
        MemorySegment expected = MemorySegment.ofArray(new byte[96]);
        MemorySegment sealed = MemorySegment.ofArray(new byte[96]);
        try (Aead byInit = new LibCryptoAead(cipher, key, 0, false);
                Aead byParameter = new LibCryptoAead(cipher, key, 0, true)) {
            for (int counter = 1; counter <= 3; counter++) {
                byInit.seal(counter, key, plain, expected);
                byParameter.seal(counter, key, plain, sealed);
                if (sealed.mismatch(expected) != -1) return false;
            }
            return true;
        } catch (IllegalStateException unknownParameter) {
            return false;
        }
    }

    private static final MemorySegment CIPHER_NAME = OsslParams.name("ChaCha20-Poly1305");
}
