package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adit.it.lab.CompatToolsNamespace;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.time.Duration;

/// How long people wait for the tools.
@Tag("alone")
class StartTimeTest {
    private CompatToolsNamespace island;

    @BeforeEach
    void makeInterface() {
        island = CompatToolsNamespace.create("start");
        island.command(CompatToolsNamespace.ROOT.resolve("aditd").toString(), "wg0").run().ok();
        island.sh(
                        "wg genkey >key && wg set wg0 private-key key listen-port 51820"
                                + " peer $(wg genkey | wg pubkey) endpoint 192.0.2.1:51820"
                                + " allowed-ips 10.0.0.2/32,fd00::/64 persistent-keepalive 25")
                .ok();
    }

    @AfterEach
    void stop() {
        if (island != null) island.close();
    }

    /// The best of many, since others may want the same cores; where they want them all the time,
    /// it cannot be told.
    @ParameterizedTest
    @ValueSource(strings = {"genkey", "show wg0", "show wg0 dump"})
    void isShort(String command) throws Exception {
        String line = CompatToolsNamespace.ROOT.resolve("adit") + " " + command;
        island.sh(line).ok();
        Duration best = BOUND.plusDays(1);
        for (int run = 0; run < 100 && best.compareTo(BOUND) > 0; run++) {
            Duration taken = time(line);
            if (taken.compareTo(best) < 0) best = taken;
        }
        if (best.compareTo(BOUND) > 0) assumeTrue(isIdle(), "the machine is busy: " + best);
        assertThat(best).isLessThanOrEqualTo(BOUND);
    }

    private static boolean isIdle() {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        return system.getSystemLoadAverage() <= system.getAvailableProcessors();
    }

    private Duration time(String line) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(island.command(line.split(" ")).argv())
                        .redirectOutput(Redirect.DISCARD)
                        .redirectError(Redirect.DISCARD);
        long before = System.nanoTime();
        int status = builder.start().waitFor();
        Duration taken = Duration.ofNanos(System.nanoTime() - before);
        assertThat(status).isZero();
        return taken;
    }

    private static final Duration BOUND = Duration.ofMillis(150);
}
