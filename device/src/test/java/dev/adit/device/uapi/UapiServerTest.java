package dev.adit.device.uapi;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.RandomConfig;
import dev.adit.device.uapi.text.UapiText;
import dev.adit.ip.port.ErrnoException;
import dev.adit.protocol.drop.DropReason;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;

/// What each operation answers.
@Timeout(180)
class UapiServerTest {
    private static final String KEY =
            "5555555555555555555555555555555555555555555555555555555555555555";

    @TempDir Path directory;
    private final FakeDevice device = new FakeDevice();
    private final FakeLog log = new FakeLog();
    private UapiServer server;
    private RawClient client;

    @BeforeEach
    void listen() throws IOException {
        UapiSocket socket = new UapiSocket(directory, "wg0");
        UapiServer.Settings settings = new UapiServer.Settings(8, System::nanoTime, log);
        server = UapiServer.listen(socket, device, () -> {}, settings);
        client = new RawClient(directory.resolve("wg0.sock"));
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
    }

    @Test
    void answersGetWithTheStatus() throws IOException {
        device.status = () -> new RandomConfig(7).configuration();
        String expected = new String(UapiText.print(new RandomConfig(7).configuration()), US_ASCII);
        assertThat(client.ask("get=1\n\n")).isEqualTo(expected + "errno=0\n\n");
    }

    @Test
    void appliesASetAsAWhole() throws IOException {
        String lines = "listen_port=5\npublic_key=" + KEY + "\nallowed_ip=10.0.0.0/8\n";
        assertThat(client.ask("set=1\n" + lines + "\n")).isEqualTo("errno=0\n\n");
        assertThat(device.applied).containsExactly(lines);
    }

    @Test
    void appliesASetThatNamesNothing() throws IOException {
        assertThat(client.ask("set=1\n\n")).isEqualTo("errno=0\n\n");
        assertThat(device.applied).containsExactly("");
    }

    @Test
    void answersDropsByLabel() throws IOException {
        device.drops =
                new TreeMap<>(Map.of(DropReason.NO_ROUTE, 3L, DropReason.REPLAYED, 1L << 40));
        assertThat(client.ask("drops=1\n\n"))
                .isEqualTo("replayed=1099511627776\nno-route=3\nerrno=0\n\n");
    }

    @Test
    void servesManyOperationsOnOneConnection() throws IOException {
        for (int i = 0; i < 100; i++) {
            assertThat(client.ask("set=1\nlisten_port=" + i + "\n\n")).isEqualTo("errno=0\n\n");
            assertThat(client.ask("get=1\n\n")).isEqualTo("errno=0\n\n");
        }
        assertThat(device.applied).hasSize(100);
    }

    @Test
    void servesOperationsThatCameAllAtOnce() throws IOException {
        client.send("get=1\n\nset=1\nfwmark=1\n\nset=1\nfwmark=x\nbogus\n\ndrops=1\n\nget=1\n\n");
        assertThat(client.answer()).isEqualTo("errno=0\n\n");
        assertThat(client.answer()).isEqualTo("errno=0\n\n");
        assertThat(client.answer()).isEqualTo("errno=-22\n\n");
        assertThat(client.answer()).isEqualTo("errno=0\n\n");
        assertThat(client.answer()).isEqualTo("errno=0\n\n");
    }

    @Test
    void servesAnOperationThatComesByteByByte() throws IOException {
        for (char c : "set=1\nfwmark=7\n\n".toCharArray()) client.send(String.valueOf(c));
        assertThat(client.answer()).isEqualTo("errno=0\n\n");
        assertThat(device.applied).containsExactly("fwmark=7\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "listen_port=1;listen_port | -71",
                "listen_port=1;listen_port=x | -22",
                "listen_port=1;bogus=1 | -22",
                "listen_port=1;public_key=00 | -22",
                "listen_port=1;public_key="
                        + "5555555555555555555555555555555555555555555555555555555555555555"
                        + ";remove=no;allowed_ip=x | -22",
                "listen_port=1;get=1 | -22",
            })
    void appliesNothingOfASetThatItRefuses(String lines, int errno) throws IOException {
        String request = "set=1\n" + lines.replace(';', '\n') + "\nlisten_port=2\n\n";
        assertThat(client.ask(request)).isEqualTo("errno=" + errno + "\n\n");
        assertThat(client.ask("get=1\n\n")).isEqualTo("errno=0\n\n"); // still in step
        assertThat(device.applied).isEmpty();
    }

    @Test
    void answersARefusalBeforeTheRestComes() throws IOException {
        assertThat(client.ask("set=1\nbogus=1\n")).isEqualTo("errno=-22\n\n");
        client.send("listen_port=1\n\n");
        assertThat(client.ask("set=1\n\n")).isEqualTo("errno=0\n\n");
        assertThat(device.applied).containsExactly("");
    }

    @Test
    void refusesALineThatIsTooLong() throws IOException {
        assertThat(client.ask("set=1\nendpoint=" + "1".repeat(100_000) + "\n\n"))
                .isEqualTo("errno=-90\n\n");
        assertThat(client.ask("get=1\n\n")).isEqualTo("errno=0\n\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"get=1\nx\n\n", "get=1\nget=1\n\n", "drops=1\na\nb\n\n"})
    void refusesAQueryThatGoesOn(String request) throws IOException {
        assertThat(client.ask(request)).isEqualTo("errno=-22\n\n");
        assertThat(client.ask("get=1\n\n")).isEqualTo("errno=0\n\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set=1\nlisten_port=1",
                "set=1\nlisten_port=1\nprivate_key=",
                "set=1",
                "get=1\n",
                "get=1",
                ""
            })
    void changesNothingForHalfARequest(String request) throws IOException {
        assertThat(client.send(request).endOutput().answer()).isEmpty();
        assertThat(device.applied).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "listen_port=1\n", "listen_port=1\nfwmark=2\n"})
    void appliesASetThatEndsWithTheStream(String lines) throws IOException {
        assertThat(client.send("set=1\n" + lines).endOutput().answer()).isEqualTo("errno=0\n\n");
        assertThat(device.applied).containsExactly(lines);
    }

    @Test
    void answersOnceWhenItRefusesASetThatEndsWithTheStream() throws IOException {
        assertThat(client.send("set=1\nbogus=1\nfwmark=2\n").endOutput().answer())
                .isEqualTo("errno=-22\n\n");
        assertThat(client.answer()).isEmpty();
        assertThat(device.applied).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"exit=1\n\n", "\n", "get=2\n\n", "GET=1\n\n", " get=1\n\n", "get=1\r\n\r\n"})
    void hangsUpWithoutAnAnswerWhenItDoesNotKnowTheOperation(String request) throws IOException {
        assertThat(client.ask(request)).isEmpty();
        assertThat(log.entries).hasSize(1).first().asString().startsWith("DEBUG");
    }

    @Test
    void logsNoSecretThatComesOutOfStep() throws IOException {
        client.ask("private_key=" + "5".repeat(64) + "\n\n");
        assertThat(log.entries).containsExactly("DEBUG wg0: unknown UAPI operation private_key");
    }

    @Test
    void logsNothingForAProbe() throws IOException {
        for (int i = 0; i < 20; i++) new RawClient(directory.resolve("wg0.sock")).close();
        assertThat(client.ask("get=1\n\n")).isEqualTo("errno=0\n\n");
        server.close();
        assertThat(log.entries).allMatch(entry -> entry.startsWith("DEBUG wg0: UAPI connection"));
    }

    @Test
    void answersTheErrorNumberOfTheDevice() throws IOException {
        device.question =
                () -> {
                    throw new ErrnoException("bind", 98, "EADDRINUSE: Address already in use");
                };
        assertThat(client.ask("set=1\nlisten_port=1\n\n")).isEqualTo("errno=-98\n\n");
        assertThat(client.ask("get=1\n\n")).isEqualTo("errno=98\n\n");
        assertThat(client.ask("drops=1\n\n")).isEqualTo("errno=98\n\n");
    }

    @Test
    void answersOtherFailuresAsInputOutputErrors() throws IOException {
        List<FakeDevice.Question> failures =
                List.of(
                        () -> {
                            throw new IOException("broken");
                        },
                        () -> {
                            throw new ErrnoException("bind", 0, "unknown");
                        },
                        () -> {
                            throw new IllegalStateException("closed");
                        },
                        () -> {
                            throw new NullPointerException("bug");
                        });
        for (FakeDevice.Question failure : failures) {
            device.question = failure;
            assertThat(client.ask("set=1\n\n")).isEqualTo("errno=-5\n\n");
            assertThat(client.ask("get=1\n\n")).isEqualTo("errno=5\n\n");
        }
        device.question = () -> {};
        assertThat(client.ask("get=1\n\n")).isEqualTo("errno=0\n\n");
    }

    @Test
    void erasesWhatItAppliedAndWhatItAnswered() throws IOException {
        AtomicReference<DeviceConfiguration> answered = new AtomicReference<>();
        device.status =
                () -> {
                    RandomConfig random = new RandomConfig(3);
                    answered.set(
                            new DeviceConfiguration(
                                    random.privateKey(), 0, 0, List.of(random.peerStatus())));
                    return answered.get();
                };
        client.ask(
                "set=1\nprivate_key="
                        + KEY
                        + "\npublic_key="
                        + KEY
                        + "\npreshared_key="
                        + KEY
                        + "\n\n");
        client.ask("get=1\n\n");
        client.ask("drops=1\n\n"); // by now the other two are over and done
        DeviceUpdate update = device.updates.getFirst();
        assertThat(update.privateKey().isZero()).isTrue();
        assertThat(update.peers().getFirst().presharedKey().isZero()).isTrue();
        assertThat(answered.get().privateKey().isZero()).isTrue();
        assertThat(answered.get().peers().getFirst().presharedKey().isZero()).isTrue();
    }

    @Test
    void takesAHundredThousandPeersInOneRequest() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            lines.append("public_key=%064x\n".formatted(i + 1));
            lines.append("preshared_key=").append(KEY).append('\n');
            lines.append("endpoint=[2001:db8:1111:2222:3333:4444:5555:6666]:51820\n");
            lines.append("replace_allowed_ips=true\n");
            for (int j = 0; j < 5; j++) {
                lines.append("allowed_ip=2001:db8:1111:%x:%x::/80\n".formatted(i, j));
            }
        }
        client.send("set=1\n");
        for (int i = 0; i < 100; i++) client.send(lines.toString());
        assertThat(client.ask("\n")).isEqualTo("errno=0\n\n");
        assertThat(device.updates.getFirst().peers()).hasSize(100_000);
    }

    static Stream<Long> seeds() {
        return RandomConfig.seeds(200);
    }

    /// Requests with a few bytes changed, each on a connection of its own.
    @ParameterizedTest
    @MethodSource("seeds")
    void survivesAnyBytes(long seed) throws IOException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        byte[] lines = UapiText.print(new RandomConfig(seed).update());
        byte[] request =
                ("set=1\n" + new String(lines, ISO_8859_1) + "\nget=1\n\n").getBytes(ISO_8859_1);
        for (int i = random.nextInt(4); i >= 0; i--) {
            request[random.nextInt(request.length)] = (byte) random.nextInt(256);
        }
        try (RawClient hostile = new RawClient(directory.resolve("wg0.sock"))) {
            hostile.send(new String(request, ISO_8859_1)).endOutput();
            while (hostile.read() >= 0) {}
        } catch (IOException e) {
            assertThat(e).hasMessageMatching("Broken pipe|Connection reset.*");
        }
        assertThat(client.ask("get=1\n\n")).isEqualTo("errno=0\n\n");
        assertThat(log.entries).noneMatch(entry -> entry.startsWith("ERROR"));
    }

    @Test
    void refusesARequestWithoutEnd() throws IOException {
        String line = "listen_port=" + "0".repeat(4000) + "1\n";
        String megabytes = line.repeat(1000);
        client.send("set=1\n");
        for (int i = 0; i < 35; i++) client.send(megabytes);
        assertThat(client.ask("\n")).isEqualTo("errno=-90\n\n");
        assertThat(client.ask("get=1\n\n")).isEqualTo("errno=0\n\n");
        assertThat(device.applied).isEmpty();
    }
}
