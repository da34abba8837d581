package dev.adit.vector;

import dev.adit.protocol.crypto.spi.CryptoProvider;
import dev.adit.protocol.crypto.spi.CryptoUpgrade;

/// Puts the [VectorCipher] before another provider, as soon as it is warm. Stateless.
public final class VectorUpgrade implements CryptoUpgrade {
    /// For [java.util.ServiceLoader].
    public VectorUpgrade() {}

    @Override
    public CryptoProvider over(CryptoProvider base) {
        Takeover takeover = new Takeover(new WarmUp(VectorCipher::new, base, WarmUp.PATIENCE)::run);
        takeover.begin();
        return new WideCrypto(base, takeover);
    }
}
