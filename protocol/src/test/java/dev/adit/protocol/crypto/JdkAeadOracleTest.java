package dev.adit.protocol.crypto;

import dev.adit.protocol.AeadOracleContract;
import dev.adit.protocol.crypto.spi.CryptoProvider;

class JdkAeadOracleTest extends AeadOracleContract {

    @Override
    protected CryptoProvider provider() {
        return new JdkCrypto();
    }
}
