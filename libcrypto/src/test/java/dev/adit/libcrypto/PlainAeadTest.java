package dev.adit.libcrypto;

import dev.adit.protocol.AeadContract;
import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.CryptoProvider;

import java.lang.foreign.MemorySegment;

class PlainAeadTest extends AeadContract {

    @Override
    protected CryptoProvider provider() {
        return TestLibCrypto.plain();
    }

    @Override
    protected Aead aead(MemorySegment key, int fixedPart) {
        return TestLibCrypto.present().plainAead(key, fixedPart);
    }
}
