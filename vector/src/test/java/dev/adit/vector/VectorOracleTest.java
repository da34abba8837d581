package dev.adit.vector;

import dev.adit.protocol.AeadOracleContract;
import dev.adit.protocol.crypto.JdkCrypto;
import dev.adit.protocol.crypto.spi.CryptoProvider;

import org.junit.jupiter.api.BeforeEach;

/// The kernel against Bouncy Castle, doing every packet of a batch, alone or with others.
class VectorOracleTest extends AeadOracleContract {

    @BeforeEach
    void needsLongVectors() {
        AeadCases.worker(); // or the test is skipped
    }

    @Override
    protected CryptoProvider provider() {
        Costs.Line free = new Costs.Line(0, 0);
        Costs costs = new Costs(new Costs.Line(1, 1), free, free, free, free, free);
        TimedWideCipher wide = new TimedWideCipher(new Avx512Cipher(), costs);
        CipherSwitch takeover = new CipherSwitch(() -> wide);
        takeover.begin();
        while (takeover.wide() == null) Thread.onSpinWait();
        return new AcceleratedCrypto(new JdkCrypto(), takeover);
    }
}
