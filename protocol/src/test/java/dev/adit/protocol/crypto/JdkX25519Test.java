package dev.adit.protocol.crypto;

import dev.adit.protocol.X25519Contract;
import dev.adit.protocol.crypto.spi.CryptoProvider;

class JdkX25519Test extends X25519Contract {

    @Override
    protected CryptoProvider provider() {
        return new JdkCrypto();
    }
}
