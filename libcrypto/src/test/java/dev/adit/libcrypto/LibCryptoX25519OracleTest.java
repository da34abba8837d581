package dev.adit.libcrypto;

import dev.adit.protocol.X25519OracleContract;
import dev.adit.protocol.crypto.spi.CryptoProvider;

class LibCryptoX25519OracleTest extends X25519OracleContract {

    @Override
    protected CryptoProvider provider() {
        return TestLibCrypto.present();
    }
}
