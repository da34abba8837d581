package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.adit.it.lab.FileOverTcp;
import dev.adit.it.lab.Host;
import dev.adit.it.lab.Outcome;
import dev.adit.it.lab.Pair;
import dev.adit.it.lab.Running;
import dev.adit.it.lab.Software;
import dev.adit.it.lab.TemporaryFolder;

import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/// Streams of packets as fast as they go; how fast is not asked here.
///
/// ```
/// ┌─────────┐                     ┌────────────────────┐
/// │ a: ours ├─────────────────────┤ b: ours or another │
/// └─────────┘                     └────────────────────┘
/// ```
@ParameterizedClass(name = "with {0}")
@MethodSource("others")
class TransferTest {

    @Parameter Software other;

    private static Pair pair;

    static Stream<Software> others() {
        return Stream.of(Software.subject(), Software.wireguardGo(), Software.newerWireguardGo());
    }

    @BeforeParameterizedClassInvocation
    static void start(Software other) {
        Software.requireTool("iperf3");
        pair = Pair.start(Software.subject(), other).introduce();
        pair.assertReaches(pair.a());
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        if (pair != null) pair.close();
        pair = null;
    }

    @ParameterizedTest(name = "from a to b: {0}, IPv6: {1}, streams: {2}")
    @CsvSource({"true,false,1", "false,false,1", "true,true,4", "false,true,4"})
    void carriesTcp(boolean forth, boolean v6, int streams) throws IOException {
        JsonNode sum = transfer(forth, v6, "-t", "1", "-P", String.valueOf(streams));
        assertThat(sum.get("bytes").asLong()).isGreaterThan(1_000_000);
    }

    @ParameterizedTest(name = "from a to b: {0}, IPv6: {1}")
    @CsvSource({"true,false", "false,true"})
    void carriesUdp(boolean forth, boolean v6) throws IOException {
        double lost = 100;
        for (int i = 0; i < ATTEMPTS && lost >= MOST_LOST; i++) {
            JsonNode sum = transfer(forth, v6, "-u", "-b", "20M", "-l", "1200", "-t", "1");
            assertThat(sum.get("packets").asLong()).isGreaterThan(1_000);
            lost = sum.get("lost_percent").asDouble();
        }
        assertThat(lost).isLessThan(MOST_LOST);
    }

    private static final double MOST_LOST = 20; // %
    private static final int ATTEMPTS = 5; // a machine with other work may lose more in a second

    @ParameterizedTest(name = "from a to b: {0}")
    @ValueSource(booleans = {true, false})
    void carriesEveryByteUnchanged(boolean forth) throws IOException {
        byte[] content = new byte[30_000_000];
        new Random(1).nextBytes(content);
        Host from = forth ? pair.a() : pair.b(), to = forth ? pair.b() : pair.a();
        String address = forth ? "10.9.0.1" : "fd09::2";
        try (TemporaryFolder folder = new TemporaryFolder()) {
            Path sent = Files.write(folder.file("sent"), content), got = folder.file("got");
            Running server =
                    from.netns()
                            .start(FileOverTcp.in(from.netns(), "serve", "80", sent.toString()));
            from.netns().awaitTcpPort(80);
            FileOverTcp.in(to.netns(), "fetch", address, "80", got.toString()).run().ok();
            server.outcome(Duration.ofSeconds(10)).ok();
            assertThat(Files.mismatch(sent, got)).isEqualTo(-1);
        }
    }

    /// Runs iperf3 on both hosts and returns what it sums up for the receiving side.
    private static JsonNode transfer(boolean forth, boolean v6, String... options)
            throws IOException {
        Host server = pair.b();
        Running listening = server.netns().start(server.netns().command("iperf3", "-s", "-1"));
        server.netns().awaitTcpPort(5201);
        List<String> all = new ArrayList<>(List.of(options));
        if (!forth) all.add("-R");
        Outcome ended = client(v6 ? "fd09::2" : "10.9.0.2", all.toArray(String[]::new));
        if (!ended.succeeded()) throw new AssertionError(ended + pair.report());
        listening.outcome(Duration.ofSeconds(10)).ok();
        JsonNode end = new ObjectMapper().readTree(ended.out()).get("end");
        return end.has("sum_received") && !end.has("sum")
                ? end.get("sum_received")
                : end.get("sum");
    }

    private static Outcome client(String address, String... options) {
        List<String> argv = new ArrayList<>(List.of("iperf3", "-J", "-c", address));
        argv.addAll(List.of(options));
        return pair.a().netns().command(argv.toArray(String[]::new)).run();
    }
}
