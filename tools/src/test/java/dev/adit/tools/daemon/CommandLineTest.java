package dev.adit.tools.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.tools.daemon.CommandLine.Task;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

class CommandLineTest {
    @ParameterizedTest
    @ValueSource(strings = {"wg0", "-f wg0", "--foreground wg0", "wg0 -f", "wg0 --foreground"})
    void runsTheNamedInterface(String words) {
        assertThat(parse(words)).isEqualTo(new CommandLine(Task.RUN, "wg0"));
    }

    @Test
    void saysItsVersionWhenAskedForNothingElse() {
        assertThat(parse("--version")).isEqualTo(new CommandLine(Task.VERSION, ""));
        assertThat(parse("--version wg0")).isEqualTo(new CommandLine(Task.USAGE, ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-f",
                "--foreground",
                "-h",
                "--help",
                "wg0 wg1",
                "-f wg0 -f",
                "wg0 -x",
                "-f wg0 wg1",
                "-x wg0",
                "-f -f",
                "-x",
                "-f \ud800", // no letter of any locale
                "\0"
            })
    void explainsItselfWhenItDoesNotUnderstand(String words) {
        assertThat(parse(words)).isEqualTo(new CommandLine(Task.USAGE, ""));
    }

    @Test
    void explainsItselfWhenThereIsNoName() {
        assertThat(CommandLine.parse(List.of())).isEqualTo(new CommandLine(Task.USAGE, ""));
        assertThat(CommandLine.parse(List.of(""))).isEqualTo(new CommandLine(Task.USAGE, ""));
        assertThat(CommandLine.parse(List.of("-f", ""))).isEqualTo(new CommandLine(Task.USAGE, ""));
    }

    private static CommandLine parse(String words) {
        return CommandLine.parse(List.of(words.split(" ")));
    }
}
