package dev.adit.vector;

import dev.adit.protocol.crypto.spi.CryptoAccelerator;
import dev.adit.protocol.crypto.spi.CryptoProvider;

/// Puts the [Avx512Cipher] in front of another provider as soon as it is warm. Stateless.
public final class VectorAccelerator implements CryptoAccelerator {
    /// For [java.util.ServiceLoader].
    public VectorAccelerator() {}

    @Override
    public CryptoProvider over(CryptoProvider base) {
        CipherSwitch cipherSwitch =
                new CipherSwitch(new WarmUp(Avx512Cipher::new, base, WarmUp.PATIENCE)::run);
        cipherSwitch.begin();
        return new AcceleratedCrypto(base, cipherSwitch);
    }
}
