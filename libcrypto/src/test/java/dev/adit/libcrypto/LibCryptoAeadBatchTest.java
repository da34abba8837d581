package dev.adit.libcrypto;

import dev.adit.protocol.AeadBatchContract;
import dev.adit.protocol.crypto.spi.CryptoProvider;

class LibCryptoAeadBatchTest extends AeadBatchContract {

    @Override
    protected CryptoProvider provider() {
        return TestLibCrypto.present();
    }
}
