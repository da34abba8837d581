package dev.adit.os.crypto;

import dev.adit.protocol.AeadBatchContract;
import dev.adit.protocol.crypto.spi.CryptoProvider;

class PlainAeadBatchTest extends AeadBatchContract {

    @Override
    protected CryptoProvider provider() {
        return TestLibCrypto.plain();
    }
}
