package dev.adit.libcrypto;

import dev.adit.protocol.AeadOracleContract;
import dev.adit.protocol.crypto.spi.CryptoProvider;

class LibCryptoAeadOracleTest extends AeadOracleContract {

    @Override
    protected CryptoProvider provider() {
        return TestLibCrypto.present();
    }
}
