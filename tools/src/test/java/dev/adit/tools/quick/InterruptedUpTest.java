package dev.adit.tools.quick;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Whatever happens at whichever command, the system can be brought back to what it was.
class InterruptedUpTest {

    @TempDir Path folder;

    @Test
    void undoesEverythingWhenACommandFails() throws IOException {
        int commands = commandsOf("up");
        assertThat(commands).isGreaterThan(15);
        for (int failAt = 0; failAt < commands; failAt++) {
            QuickFixture bench = bench("undo" + failAt);
            String before = bench.system.snapshot();
            bench.system.failAt = failAt;
            assertThat(bench.run("up", "wg0")).isEqualTo(3);
            assertThat(bench.system.snapshot()).as("command %d", failAt).isEqualTo(before);
            assertThat(bench.system.devices).as("command %d", failAt).isEmpty();
            assertThat(journals(bench)).as("command %d", failAt).isEmpty();
            assertThat(bench.system.hooks()).doesNotContain("echo pre-down", "echo post-down");

            bench.system.restart();
            assertThat(bench.run("up", "wg0")).isZero();
        }
    }

    @Test
    void downCleansUpWhateverAKilledUpLeft() throws IOException {
        int commands = commandsOf("up");
        for (int at = 0; at < commands; at++) {
            for (boolean after : List.of(false, true)) {
                QuickFixture bench = killed(at, after);
                assertThat(bench.run("down", "wg0")).as("command %d", at).isZero();
                assertClean(bench, at);
            }
        }
    }

    @Test
    void downCleansUpWhenTheDaemonWasKilledToo() throws IOException {
        int commands = commandsOf("up");
        for (int at = 0; at < commands; at++) {
            QuickFixture bench = killed(at, true);
            killDaemon(bench);
            assertThat(bench.run("down", "wg0")).as("command %d", at).isZero();
            assertClean(bench, at);
        }
    }

    @Test
    void upCleansUpWhenTheDaemonWasKilledToo() throws IOException {
        int commands = commandsOf("up");
        for (int at = 0; at < commands; at++) {
            QuickFixture bench = killed(at, true);
            killDaemon(bench);
            assertThat(bench.run("up", "wg0")).as("command %d", at).isZero();
            assertThat(bench.run("down", "wg0")).as("command %d", at).isZero();
            assertClean(bench, at);
        }
    }

    @Test
    void downEndsWhatAKilledDownBegan() throws IOException {
        int commands = commandsOf("down");
        assertThat(commands).isGreaterThan(8);
        for (int at = 0; at < commands; at++) {
            QuickFixture bench = bench("down" + at);
            assertThat(bench.run("up", "wg0")).isZero();
            bench.system.restart();
            bench.system.killAfter = at;
            runToDeath(bench, "down");
            assertThat(bench.run("down", "wg0")).as("command %d", at).isZero();
            assertClean(bench, at);
        }
    }

    @Test
    void downTakesTheRestAwayWhenACommandFails() throws IOException {
        QuickFixture bench = bench("stubborn");
        assertThat(bench.run("up", "wg0")).isZero();
        bench.system.restart();
        bench.system.failAt = 2; // a rule
        assertThat(bench.run("down", "wg0")).isEqualTo(3);
        assertThat(bench.system.links).doesNotContainKey("wg0");
        assertThat(bench.system.nftTables).isEmpty();

        bench.system.restart();
        assertThat(bench.run("down", "wg0")).isZero();
        assertClean(bench, 2);
    }

    @Test
    void doesNotSaveWhatWasNeverUpInFull() throws IOException {
        QuickFixture bench = bench("save");
        String text = QuickFixture.FULL + "[Interface]\nSaveConfig = true\n";
        Path file = bench.write("wg0", text);
        bench.system.killAt = 4;
        runToDeath(bench, "up");
        assertThat(bench.run("down", "wg0")).isZero();
        assertThat(bench.said()).isEqualTo("[!] wg0 was not fully brought up, or has failed since");
        assertThat(file).content().isEqualTo(text);
    }

    private QuickFixture bench(String name) throws IOException {
        QuickFixture bench =
                new QuickFixture(java.nio.file.Files.createDirectory(folder.resolve(name)));
        bench.write("wg0", QuickFixture.FULL);
        return bench;
    }

    /// How many commands a whole `up` runs, or the `down` after it.
    private int commandsOf(String verb) throws IOException {
        QuickFixture bench = bench("count" + verb);
        assertThat(bench.run("up", "wg0")).isZero();
        if (verb.equals("up")) return bench.system.commands();
        bench.system.restart();
        assertThat(bench.run("down", "wg0")).isZero();
        return bench.system.commands();
    }

    /// A system on which `up` was killed at a command, before or after its effect.
    private QuickFixture killed(int command, boolean after) throws IOException {
        QuickFixture bench = bench("kill" + command + after);
        if (after) bench.system.killAfter = command;
        else bench.system.killAt = command;
        runToDeath(bench, "up");
        return bench;
    }

    private static void runToDeath(QuickFixture bench, String verb) {
        boolean died = false;
        try {
            bench.run(verb, "wg0");
        } catch (FakeSystem.Killed e) {
            died = true;
        }
        assertThat(died).isTrue();
        bench.system.restart();
    }

    private static void killDaemon(QuickFixture bench) {
        bench.system.links.remove("wg0");
        bench.system.routes.clear();
        bench.system.devices.clear();
    }

    private void assertClean(QuickFixture bench, int command) throws IOException {
        assertThat(bench.system.snapshot())
                .as("command %d", command)
                .isEqualTo(new FakeSystem().snapshot());
        assertThat(bench.system.devices).isEmpty();
        assertThat(journals(bench)).as("command %d", command).isEmpty();
    }

    private static List<String> journals(QuickFixture bench) throws IOException {
        try (var files = java.nio.file.Files.list(bench.folder.resolve("journals"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .toList();
        }
    }
}
