package dev.adit.tools.show;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.uapi.UapiServer;
import dev.adit.device.uapi.UapiSocket;
import dev.adit.tools.terminal.FakeTerminal;
import dev.adit.tools.terminal.Tool;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// `show` beside that of the `wg` that is installed, byte for byte.
class ShowAgainstWgTest {
    private static final String NAME = "adt" + ProcessHandle.current().pid();

    private volatile Supplier<DeviceConfiguration> status = Statuses::empty;
    private UapiServer server;

    @BeforeEach
    void serve() throws Exception {
        assumeTrue(Tool.isThere("wg"), "wg is not installed");
        assumeTrue(
                Files.isWritable(Path.of("/var/run")),
                "the folder where wg looks for sockets belongs to root");
        // Whoever asks erases the answer, so that there must be a new one each time.
        Statuses.Fixed device = () -> status.get();
        server = UapiServer.listen(new UapiSocket(NAME), device, () -> {});
    }

    @AfterEach
    void close() {
        if (server != null) server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "public-key",
                "private-key",
                "listen-port",
                "fwmark",
                "peers",
                "preshared-keys",
                "endpoints",
                "allowed-ips",
                "latest-handshakes",
                "transfer",
                "persistent-keepalive",
                "dump"
            })
    void everyFieldIsTheSame(String field) throws Exception {
        same(Map.of(), NAME, field);
        Instant now = Instant.now();
        status = () -> Statuses.full(now);
        same(Map.of(), NAME, field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"always", "never", "other"})
    void thePrettyFormatIsTheSame(String colours) throws Exception {
        Map<String, String> environment = Map.of("WG_COLOR_MODE", colours);
        same(environment, NAME);
        Instant now = Instant.now();
        status = () -> Statuses.full(now);
        same(environment, NAME);
        same(Map.of("WG_COLOR_MODE", colours, "WG_HIDE_KEYS", "never"), NAME);
        same(Map.of("WG_COLOR_MODE", colours, "WG_HIDE_KEYS", "always"), NAME);
    }

    @Test
    void timesAndAmountsAreTheSame() throws Exception {
        long[][] figures = {
            {0, 0, 1, 1},
            {1, 1023, 1024, 60},
            {59, 1025, 1048575, 61},
            {3600, 1048576, 1073741823, 3599},
            {86399, 1073741824, 1L << 40, 3600},
            {86400, (1L << 40) - 1, 1L << 50, 65535},
            {31_536_000, Long.MAX_VALUE, 1_234_567_890, 120},
            {63_158_461, 999_999, 99_999_999, 86},
            {-100, 5, 5, 0},
        };
        for (long[] f : figures) {
            Instant now = Instant.now();
            status = () -> Statuses.figures(now, f[0], f[1], f[2], (int) f[3]);
            same(Map.of("WG_COLOR_MODE", "always"), NAME);
        }
    }

    /// Runs both until both ran within the same second, as what they say may contain the time.
    private void same(Map<String, String> environment, String... arguments) throws Exception {
        String ours, wgs;
        long second;
        do {
            second = Instant.now().getEpochSecond();
            ours = show(environment, arguments);
            wgs = wg(environment, arguments);
        } while (second != Instant.now().getEpochSecond());
        assertThat(ours).isEqualTo(wgs);
    }

    private static String show(Map<String, String> environment, String... arguments)
            throws Exception {
        FakeTerminal terminal = new FakeTerminal().environment(environment);
        assertThat(new Show().run(terminal.terminal(), List.of(arguments))).isZero();
        return terminal.out();
    }

    private static String wg(Map<String, String> environment, String... arguments)
            throws Exception {
        List<String> command = new ArrayList<>(List.of("wg", "show"));
        command.addAll(List.of(arguments));
        Tool.Outcome outcome = Tool.run("", environment, command);
        assertThat(outcome.err()).isEmpty();
        return outcome.out();
    }
}
