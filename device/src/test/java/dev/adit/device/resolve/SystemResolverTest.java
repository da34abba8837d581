package dev.adit.device.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

class SystemResolverTest {
    private final Resolver resolver = Resolver.system();

    @Test
    void knowsThisHost() throws UnknownHostException {
        assertThat(resolver.address("localhost", "localhost:1").isLoopbackAddress()).isTrue();
    }

    @Test
    void findsUdpServicesByNameAndAlias() {
        assumeTrue(Files.exists(Path.of("/etc/services")), "no /etc/services here");
        assertThat(resolver.port("domain")).hasValue(53);
        assertThat(resolver.port("no-such-service")).isEmpty();
        assertThat(resolver.port("53/udp")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "[", "..", "0x7g", "a%b", "-"})
    void refusesWhatIsNoNameWithoutAnotherException(String host) {
        assertThatExceptionOfType(UnknownHostException.class)
                .isThrownBy(() -> resolver.address(host, host + ":1"))
                .withMessageMatching("[A-Z][a-z -]+");
    }
}
