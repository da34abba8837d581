package dev.adit.vector;

import dev.adit.protocol.crypto.spi.CryptoAccelerator;
import dev.adit.protocol.crypto.spi.CryptoProvider;

/// Puts the [VectorCipher] before another provider, as soon as it is warm. Stateless.
public final class VectorUpgrade implements CryptoAccelerator {
    /// For [java.util.ServiceLoader].
    public VectorUpgrade() {}

    @Override
    public CryptoProvider over(CryptoProvider base) {
        Takeover takeover = new Takeover(new WarmUp(VectorCipher::new, base, WarmUp.PATIENCE)::run);
        takeover.begin();
        return new WideCrypto(base, takeover);
    }
}
