package dev.adit.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.Pair;
import dev.adit.it.lab.Software;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/// With the vector cipher, which takes over in a daemon that runs, what arrives is the same and
/// every other WireGuard understands it.
///
/// ```
/// ┌─────────────────┐                     ┌────────────────────────────────────┐
/// │ a: ours, vector ├─────────────────────┤ b: ours without, or wireguard-go   │
/// └─────────────────┘   100 MB each way   └────────────────────────────────────┘
/// ```
class VectorTest {
    private static final long BYTES = 100_000_000;
    private static final Duration LIMIT = Duration.ofMinutes(6);

    static Stream<Software> others() {
        return Stream.of(Software.subject(), Software.wireguardGo(), Software.newerWireguardGo());
    }

    @ParameterizedTest(name = "with {0}")
    @MethodSource("others")
    void carriesEveryByteUnchanged(Software other) throws IOException {
        assumeTrue(
                Files.readString(Path.of("/proc/cpuinfo")).contains("avx512dq"),
                "the processor has no AVX-512");
        try (Pair pair = Pair.start(Software.subject().withVector(), other).introduce()) {
            pair.assertReaches(pair.a());
            Await.until(
                    () -> "no takeover" + pair.report(),
                    LIMIT,
                    () -> pair.a().daemon().output().contains("16 at a time"));
            pair.carry(pair.a(), "10.9.0.1", BYTES, LIMIT, () -> {});
            pair.carry(pair.b(), "fd09::2", BYTES, LIMIT, () -> {});
            pair.assertReaches(pair.a());
        }
    }
}
