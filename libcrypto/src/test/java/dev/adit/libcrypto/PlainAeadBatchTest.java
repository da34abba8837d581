package dev.adit.libcrypto;

import dev.adit.protocol.AeadBatchContract;
import dev.adit.protocol.crypto.spi.CryptoProvider;

class PlainAeadBatchTest extends AeadBatchContract {

    @Override
    protected CryptoProvider provider() {
        return TestLibCrypto.plain();
    }
}
