package dev.adit.protocol.crypto;

import dev.adit.protocol.AeadContract;
import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.CryptoProvider;

import java.lang.foreign.MemorySegment;

class JdkAeadTest extends AeadContract {

    @Override
    protected CryptoProvider provider() {
        return new JdkCrypto();
    }

    @Override
    protected Aead aead(MemorySegment key, int fixedPart) {
        return new JdkAead(key, fixedPart);
    }
}
