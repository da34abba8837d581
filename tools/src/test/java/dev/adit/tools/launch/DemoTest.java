package dev.adit.tools.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adit.tools.terminal.Tool;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// The demonstration as a program, which leaves nothing behind.
@Timeout(180)
class DemoTest {
    @TempDir private Path folder;
    private Path out;
    private final Map<String, String> environment =
            Map.of("JAVA_HOME", System.getProperty("java.home"));
    private String adit;

    @BeforeEach
    void prepare() throws Exception {
        assumeTrue(
                Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")),
                "only root can make networks");
        assumeTrue(Files.exists(Path.of("/dev/net/tun")), "there is no /dev/net/tun");
        assumeTrue(Tool.isThere("ip"), "ip is not installed");
        out = folder.resolve("out");
        adit = Checkout.withOurModules(folder.resolve("a check out")).root + "/adit";
    }

    @Test
    void showsATunnelAtWork() throws Exception {
        Process demo = start();
        assertThat(demo.waitFor(150, TimeUnit.SECONDS)).isTrue();
        String said = Files.readString(out);
        assertThat(demo.exitValue()).as(said).isZero();
        assertThat(said.lines().filter(line -> line.startsWith("ok "))).hasSize(8);
        assertThat(said)
                .containsSubsequence("ok      a warm-up, not counted", "IPv4 echoes")
                .contains("20 of 20 answered", "Mbit/s, checksum correct")
                .contains("interface: demo" + demo.pid() + "a", "latest handshake: ")
                .contains("private key: (hidden)");
        nothingIsLeft(demo.pid());
    }

    @ParameterizedTest
    @ValueSource(strings = {"two hosts", "interfaces up", "IPv6 echoes"})
    void clearsUpWhenItIsInterrupted(String step) throws Exception {
        Process demo = start();
        while (demo.isAlive() && !Files.readString(out).contains(step)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        demo.destroy();
        assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(demo.exitValue()).isEqualTo(143);
        nothingIsLeft(demo.pid());
    }

    @Test
    void saysWhichStepFailed() throws Exception {
        Tool.Outcome outcome =
                Tool.run("", environment, List.of(adit, "demo", "--daemon", "/no/such/daemon"));
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.out().lines().toList())
                .anyMatch(line -> line.matches("failed +a daemon on each .*/no/such/daemon.*"))
                .last()
                .asString()
                .startsWith("The programs' output is in ");
        String logs = outcome.out().strip().replaceAll("(?s).* ", "");
        assertThat(Path.of(logs)).isDirectory();
        Tool.run("", "rm", "-r", logs);
    }

    private Process start() throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(adit, "demo")
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static void nothingIsLeft(long pid) throws Exception {
        assertThat(Tool.run("", "ip", "netns").out()).doesNotContain("adit-demo-" + pid);
        assertThat(Tool.run("", "ps", "-e", "-o", "args").out())
                .doesNotContain("adit-demo-" + pid, "-f demo" + pid);
        for (char side : new char[] {'a', 'b'}) {
            assertThat(Path.of("/var/run/wireguard/demo" + pid + side + ".sock")).doesNotExist();
        }
    }
}
