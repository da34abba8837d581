package dev.adit.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

class CryptoTest {
    @Test
    void theJdkGivesTheKnownAnswers() {
        assertThatCode(() -> KnownAnswers.check(new JdkCrypto())).doesNotThrowAnyException();
    }

    @Test
    void thereIsAlwaysAProvider() {
        assertThat(Crypto.provider().name()).isNotBlank();
        assertThat(Crypto.provider()).isSameAs(Crypto.provider());
    }
}
