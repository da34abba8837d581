package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Outcome;
import dev.adit.it.lab.Pair;
import dev.adit.it.lab.Running;
import dev.adit.it.lab.Software;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What arrives is the same whatever is carried in one piece: every offload alone, all, none, on
/// both sides and mixed, and with other software.
///
/// ```
/// ┌─────────────────┐                     ┌────────────────────────────┐
/// │ a: these        ├─────────────────────┤ b: those, or wireguard-go  │
/// │    offloads     │   10 MB each way    │                            │
/// └─────────────────┘                     └────────────────────────────┘
/// ```
///
/// With `-Dadit.it.long=true` it is 1 GB each way, and besides these every combination of the six,
/// the same at both ends, so that each is between a sender and a receiver.
class OffloadTest {
    private static final boolean LONG = Boolean.getBoolean("adit.it.long");
    private static final long BYTES = LONG ? 1_000_000_000L : 10_000_000L;
    private static final Duration LIMIT = Duration.ofSeconds(LONG ? 300 : 60);

    private static final List<String> OFFLOADS =
            List.of("tun-tso", "tun-uso", "tun-gro", "tun-udp-gro", "udp-gso", "udp-gro");
    private static final List<String> MIXED =
            List.of(
                    "all|all",
                    "all|none",
                    "none|none",
                    "tun-tso|none",
                    "tun-uso,tun-udp-gro|all",
                    "tun-gro|udp-gso",
                    "udp-gro|all",
                    "-udp-gso|-udp-gro");

    static Stream<Combination> combinations() {
        Software ours = Software.subject();
        Stream<Combination> both =
                Stream.concat(MIXED.stream(), LONG ? everyOne() : Stream.of())
                        .map(words -> words.split("\\|"))
                        .map(
                                words ->
                                        new Combination(
                                                ours.withOffloads(words[0]),
                                                ours.withOffloads(words[1])));
        Stream<Combination> others =
                Stream.of(Software.wireguardGo(), Software.newerWireguardGo())
                        .flatMap(
                                go ->
                                        Stream.of("all", "none")
                                                .map(ours::withOffloads)
                                                .map(subject -> new Combination(subject, go)));
        return Stream.concat(both, others);
    }

    private static Stream<String> everyOne() {
        return IntStream.range(0, 1 << OFFLOADS.size())
                .mapToObj(OffloadTest::names)
                .map(names -> names + "|" + names);
    }

    private static String names(int bits) {
        String names =
                IntStream.range(0, OFFLOADS.size())
                        .filter(i -> (bits >> i & 1) == 1)
                        .mapToObj(OFFLOADS::get)
                        .collect(Collectors.joining(","));
        return names.isEmpty() ? "none" : names;
    }

    /// The software at each end.
    record Combination(Software a, Software b) {
        @Override
        public String toString() {
            return a + " and " + b;
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("combinations")
    void everyByteArrives(Combination software) {
        try (Pair pair = Pair.start(software.a(), software.b()).introduce()) {
            pair.assertReaches(pair.a());
            pair.carry(pair.a(), "10.9.0.1", BYTES, LIMIT, () -> {});
            pair.carry(pair.b(), "fd09::2", BYTES, LIMIT, () -> {});
            carriesUdp(pair);
        }
    }

    /// Datagrams of several sizes, few enough that none has to be lost.
    private static void carriesUdp(Pair pair) {
        for (int size : new int[] {64, 1372, 3000}) {
            String report = udp(pair, size);
            // A machine with other work may lose more in a second.
            for (int i = 1; i < ATTEMPTS && !FEW_LOST.matcher(report).find(); i++) {
                report = udp(pair, size);
            }
            assertThat(report).containsPattern(FEW_LOST);
        }
    }

    private static String udp(Pair pair, int size) {
        Running server = pair.b().netns().start(pair.b().netns().command("iperf3", "-s", "-1"));
        pair.b().netns().awaitTcpPort(5201);
        Outcome client =
                pair.a()
                        .netns()
                        .command(
                                "iperf3",
                                "-u",
                                "-c",
                                "10.9.0.2",
                                "-b",
                                "5M",
                                "-l",
                                String.valueOf(size),
                                "-t",
                                "1")
                        .run();
        server.outcome(Duration.ofSeconds(10));
        assertThat(client.succeeded()).as(() -> client + pair.report()).isTrue();
        return client.out();
    }

    private static final Pattern FEW_LOST =
            Pattern.compile("(?m)^.*\\([0-4](\\.\\d+)?%\\) +receiver");
    private static final int ATTEMPTS = 5;
}
