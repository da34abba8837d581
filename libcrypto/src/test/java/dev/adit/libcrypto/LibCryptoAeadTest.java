package dev.adit.libcrypto;

import dev.adit.protocol.AeadContract;
import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.CryptoProvider;

import java.lang.foreign.MemorySegment;

class LibCryptoAeadTest extends AeadContract {

    @Override
    protected CryptoProvider provider() {
        return TestLibCrypto.present();
    }

    @Override
    protected Aead aead(MemorySegment key, int fixedPart) {
        return TestLibCrypto.present().aead(key, fixedPart);
    }
}
