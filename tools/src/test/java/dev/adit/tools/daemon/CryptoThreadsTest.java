package dev.adit.tools.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.config.Parallelism;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

class CryptoThreadsTest {
    private final List<String> warnings = new ArrayList<>();

    @Test
    void areNoneUnlessTheEnvironmentAsksForThem() {
        assertThat(of(Map.of())).isEqualTo(Parallelism.of(0));
        assertThat(warnings).isEmpty();
    }

    @Test
    void areAskedForByEitherNameOfTheVariable() {
        assertThat(of(Map.of("ADIT_CRYPTO_THREADS", "3"))).isEqualTo(Parallelism.of(3));
        assertThat(of(Map.of("ADIT_LANES", "3"))).isEqualTo(Parallelism.of(3));
        assertThat(of(Map.of("ADIT_LANES", "auto"))).isEqualTo(Parallelism.automatic(8));
        assertThat(of(Map.of("ADIT_LANES", "1", "ADIT_CRYPTO_THREADS", "2")))
                .isEqualTo(Parallelism.of(2));
        assertThat(warnings).isEmpty();
    }

    @Test
    void areNoneWhereTheValueIsInvalidWhichIsLogged() {
        assertThat(of(Map.of("ADIT_LANES", "many"))).isEqualTo(Parallelism.of(0));
        assertThat(warnings)
                .containsExactly("ADIT_LANES is `auto' or a number from 0 to 32, not `many'");
    }

    private Parallelism of(Map<String, String> environment) {
        return CryptoThreads.of(environment, 8, warnings::add);
    }
}
