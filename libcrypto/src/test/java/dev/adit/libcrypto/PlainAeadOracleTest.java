package dev.adit.libcrypto;

import dev.adit.protocol.AeadOracleContract;
import dev.adit.protocol.crypto.spi.CryptoProvider;

class PlainAeadOracleTest extends AeadOracleContract {

    @Override
    protected CryptoProvider provider() {
        return TestLibCrypto.plain();
    }
}
