package dev.adit.vector;

import dev.adit.protocol.crypto.spi.CryptoAccelerator;
import dev.adit.protocol.crypto.spi.CryptoProvider;

/// Puts the [VectorCipher] in front of another provider as soon as it is warm. Stateless.
public final class VectorAccelerator implements CryptoAccelerator {
    /// For [java.util.ServiceLoader].
    public VectorAccelerator() {}

    @Override
    public CryptoProvider over(CryptoProvider base) {
        CipherSwitch cipherSwitch =
                new CipherSwitch(new WarmUp(VectorCipher::new, base, WarmUp.PATIENCE)::run);
        cipherSwitch.begin();
        return new WideCrypto(base, cipherSwitch);
    }
}
