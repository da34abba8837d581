package dev.adit.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.adit.protocol.X25519Contract;
import dev.adit.protocol.crypto.spi.CryptoProvider;

import org.junit.jupiter.api.Test;

class PureJavaX25519Test extends X25519Contract {

    @Override
    protected CryptoProvider provider() {
        return new PureJavaCrypto();
    }

    @Test
    void givesTheKnownAnswers() {
        assertThatCode(() -> KnownAnswers.check(provider())).doesNotThrowAnyException();
    }
}
