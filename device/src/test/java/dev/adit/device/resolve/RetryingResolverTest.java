package dev.adit.device.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;

class RetryingResolverTest {
    private static final String PASSING = "Temporary failure in name resolution";
    private static final InetAddress ADDRESS = InetAddress.ofLiteral("192.0.2.1");

    private final List<String> warnings = new ArrayList<>();
    private final List<Long> pauses = new ArrayList<>();

    @Test
    void asksAgainWhileTheFailureMayPass() throws UnknownHostException {
        assertThat(resolver(15, PASSING, PASSING).address("a", "a:1")).isEqualTo(ADDRESS);
        assertThat(warnings)
                .containsExactly(
                        PASSING + ": `a:1'. Trying again in 1.00 seconds...",
                        PASSING + ": `a:1'. Trying again in 1.20 seconds...");
        assertThat(pauses).containsExactly(1_000_000L, 1_200_000L);
    }

    @Test
    void givesUpAfterThatManyRetries() {
        assertThatExceptionOfType(UnknownHostException.class)
                .isThrownBy(() -> resolver(1, PASSING, PASSING, PASSING).address("a", "a:1"))
                .withMessage(PASSING);
        assertThat(pauses).hasSize(1);
    }

    @Test
    void givesUpAtOnceWhenTheNameDoesNotExist() {
        assertThatExceptionOfType(UnknownHostException.class)
                .isThrownBy(() -> resolver(15, "Name or service not known").address("a", "a:1"));
        assertThat(pauses).isEmpty();
    }

    @Test
    void neverWaitsLongerThanTwentySeconds() throws UnknownHostException {
        String[] failures = new String[40];
        java.util.Arrays.fill(failures, PASSING);
        assertThat(resolver(-1, failures).address("a", "a:1")).isEqualTo(ADDRESS);
        assertThat(pauses).hasSize(40).endsWith(20_000_000L).allMatch(pause -> pause <= 20_000_000);
    }

    @Test
    void stopsWhenInterrupted() {
        Resolver resolver =
                new RetryingResolver(
                        failing(PASSING),
                        -1,
                        warnings::add,
                        micros -> {
                            throw new InterruptedException();
                        });
        assertThatExceptionOfType(UnknownHostException.class)
                .isThrownBy(() -> resolver.address("a", "a:1"));
        assertThat(Thread.interrupted()).isTrue();
    }

    private Resolver resolver(int retries, String... failures) {
        return new RetryingResolver(failing(failures), retries, warnings::add, pauses::add);
    }

    /// Fails in these words, one after another, then finds the address.
    private static Resolver failing(String... failures) {
        Deque<String> left = new ArrayDeque<>(List.of(failures));
        return new Resolver() {
            @Override
            public InetAddress address(String host, String endpoint) throws UnknownHostException {
                if (left.isEmpty()) return ADDRESS;
                throw new UnknownHostException(left.pop());
            }

            @Override
            public OptionalInt port(String service) {
                return OptionalInt.empty();
            }
        };
    }
}
