package dev.adit.protocol.crypto;

import dev.adit.protocol.X25519OracleContract;
import dev.adit.protocol.crypto.spi.CryptoProvider;

class PureJavaX25519OracleTest extends X25519OracleContract {

    @Override
    protected CryptoProvider provider() {
        return new PureJavaCrypto();
    }
}
