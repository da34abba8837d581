package dev.adit.protocol.crypto;

import dev.adit.protocol.AeadBatchContract;
import dev.adit.protocol.crypto.spi.CryptoProvider;

class JdkAeadBatchTest extends AeadBatchContract {

    @Override
    protected CryptoProvider provider() {
        return new JdkCrypto();
    }
}
