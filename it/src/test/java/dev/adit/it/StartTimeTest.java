package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Machine;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;

/// How long people wait for the tools.
class StartTimeTest {
    private Machine machine;

    @BeforeEach
    void makeInterface() {
        machine = Machine.create("start");
        machine.command(Machine.ROOT.resolve("aditd").toString(), "wg0").run().ok();
    }

    @AfterEach
    void stop() {
        if (machine != null) machine.close();
    }

    /// The best of many, since others may want the same cores.
    @ParameterizedTest
    @ValueSource(strings = {"genkey", "show"})
    void isShort(String command) throws Exception {
        String line = Machine.ROOT.resolve("adit") + " " + command;
        machine.sh(line).ok();
        Duration best = BOUND.plusDays(1);
        for (int run = 0; run < 100 && best.compareTo(BOUND) > 0; run++) {
            Duration taken = time(line);
            if (taken.compareTo(best) < 0) best = taken;
        }
        assertThat(best).isLessThanOrEqualTo(BOUND);
    }

    private Duration time(String line) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(machine.command(line.split(" ")).argv())
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
