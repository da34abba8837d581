package dev.adit.libcrypto;

import dev.adit.protocol.X25519Contract;
import dev.adit.protocol.crypto.spi.CryptoProvider;

class LibCryptoX25519Test extends X25519Contract {

    @Override
    protected CryptoProvider provider() {
        return TestLibCrypto.present();
    }
}
