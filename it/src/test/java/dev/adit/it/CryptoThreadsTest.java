package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.adit.it.lab.Host;
import dev.adit.it.lab.Outcome;
import dev.adit.it.lab.Pair;
import dev.adit.it.lab.Running;
import dev.adit.it.lab.Software;

import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// With lanes, and so with several queues of the TUN, what arrives is the same and in the same
/// order: on a machine of few cores, where there are none by default, they are asked for.
///
/// ```
/// ┌──────────────────┐                     ┌───────────────────────────────────┐
/// │ a: ours, 3 lanes ├─────────────────────┤ b: ours likewise, or wireguard-go │
/// └──────────────────┘                     └───────────────────────────────────┘
/// ```
///
/// With `-Dadit.it.long=true` it is 2 GB each way, and another two programs at b.
@ParameterizedClass(name = "with {0}")
@MethodSource("others")
class CryptoThreadsTest {
    private static final int CRYPTO_THREADS = 3;
    private static final boolean LONG = Boolean.getBoolean("adit.it.long");
    private static final long BYTES = LONG ? 2_000_000_000L : 20_000_000L;
    private static final Duration LIMIT = Duration.ofSeconds(300);

    @Parameter Software other;

    private static Pair pair;

    static Stream<Software> others() {
        Stream<Software> always =
                Stream.of(
                        Software.subject().withCryptoThreads(CRYPTO_THREADS),
                        Software.wireguardGo());
        if (!LONG) return always;
        return Stream.concat(
                always,
                Stream.of(Software.subject().withCryptoThreads(0), Software.newerWireguardGo()));
    }

    @BeforeParameterizedClassInvocation
    static void start(Software other) {
        Software.requireTool("iperf3");
        pair = Pair.start(Software.subject().withCryptoThreads(CRYPTO_THREADS), other).introduce();
        pair.assertReaches(pair.a());
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        if (pair != null) pair.close();
        pair = null;
    }

    @ParameterizedTest(name = "from a to b: {0}")
    @ValueSource(booleans = {true, false})
    void carriesEveryByteUnchanged(boolean forth) {
        Host from = forth ? pair.a() : pair.b();
        pair.carry(from, forth ? "10.9.0.1" : "fd09::2", BYTES, LIMIT, () -> {});
    }

    @ParameterizedTest(name = "from a to b: {0}")
    @ValueSource(booleans = {true, false})
    void carriesEveryByteWhileTheSocketsChange(boolean forth) {
        pair.carry(
                forth ? pair.a() : pair.b(),
                forth ? "10.9.0.1" : "10.9.0.2",
                BYTES,
                LIMIT,
                () -> {
                    for (int i = 1; i <= 4; i++) {
                        pair.a().set("listen-port", String.valueOf(Pair.PORT_A + 10 * i));
                        // So that the other side hears of it: it may be the one that sends.
                        pair.a().netns().ping("10.9.0.2", 4);
                    }
                });
    }

    /// What comes out of order looks lost to TCP. How much wireguard-go loses is its own affair.
    @ParameterizedTest(name = "from a to b: {0}, streams: {1}")
    @CsvSource({"true,1", "false,4"})
    void carriesTcpInOrder(boolean forth, int streams) throws IOException {
        JsonNode end = iperf(forth, "-t", "1", "-P", String.valueOf(streams));
        long bytes = end.get("sum_received").get("bytes").asLong();
        assertThat(bytes).isGreaterThan(1_000_000);
        if (other.go()) return;
        long segments = bytes / 1368;
        assertThat(end.get("sum_sent").get("retransmits").asLong())
                .as("retransmitted of %d", segments)
                .isLessThan(100 + segments / 20);
    }

    @ParameterizedTest(name = "from a to b: {0}")
    @ValueSource(booleans = {true, false})
    void carriesUdpInOrder(boolean forth) throws IOException {
        double lost = 100;
        for (int i = 0; i < ATTEMPTS && lost >= MOST_LOST; i++) {
            JsonNode end = iperf(forth, "-u", "-b", "10M", "-l", "200", "-t", "1");
            assertThat(end.get("sum").get("packets").asLong()).isGreaterThan(1_000);
            for (JsonNode stream : end.get("streams")) {
                assertThat(stream.get("udp").get("out_of_order").asLong()).isZero();
            }
            lost = end.get("sum").get("lost_percent").asDouble();
        }
        assertThat(lost).isLessThan(MOST_LOST);
    }

    private static final double MOST_LOST = 20; // %
    private static final int ATTEMPTS = 5; // a machine with other work may lose more in a second

    private static JsonNode iperf(boolean forth, String... options) throws IOException {
        Host server = pair.b();
        Running listening = server.netns().start(server.netns().command("iperf3", "-s", "-1"));
        server.netns().awaitTcpPort(5201);
        List<String> argv = new ArrayList<>(List.of("iperf3", "-J", "-c", "10.9.0.2"));
        argv.addAll(List.of(options));
        if (!forth) argv.add("-R");
        Outcome ended = pair.a().netns().command(argv.toArray(String[]::new)).run();
        if (!ended.succeeded()) throw new AssertionError(ended + pair.report());
        listening.outcome(Duration.ofSeconds(10)).ok();
        return new ObjectMapper().readTree(ended.out()).get("end");
    }
}
