package dev.adit.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.tools.terminal.Command;
import dev.adit.tools.terminal.Failure;
import dev.adit.tools.terminal.FakeTerminal;
import dev.adit.tools.terminal.Terminal;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

class AditTest {
    private final FakeTerminal terminal = new FakeTerminal();

    @ParameterizedTest
    @ValueSource(strings = {"help", "--help", "-h"})
    void helpListsEveryCommandForPeople(String word) {
        assertThat(run(word)).isZero();
        assertThat(terminal.out())
                .startsWith("Usage: adit <cmd> [<args>]\n")
                .contains("  show: ", "  genkey: ", "  genpsk: ", "  pubkey: ", "  demo: ")
                .doesNotContain("demo-peer");
        assertThat(terminal.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"version", "--version", "-v"})
    void saysItsVersion(String word) {
        assertThat(run(word)).isZero();
        assertThat(terminal.out()).matches("adit v\\S.*\n");
    }

    @Test
    void suggestsACommandForAMisspelledOne() {
        assertThat(run("genkye")).isEqualTo(1);
        assertThat(terminal.err())
                .isEqualTo("Invalid subcommand: `genkye'. Did you mean `genkey'?\n");
        assertThat(terminal.out()).isEmpty();
    }

    @Test
    void pointsToTheHelpWhenNothingIsNear() {
        assertThat(run("fnord")).isEqualTo(1);
        assertThat(terminal.err()).isEqualTo("Invalid subcommand: `fnord'. See `adit help'.\n");
    }

    @Test
    void showsWhenNoCommandIsGiven() {
        Adit adit = new Adit(List.of(new Fixed("show", 0, null)));
        assertThat(adit.run(terminal.terminal(), List.of())).isZero();
        assertThat(terminal.out()).isEqualTo("show []\n");
    }

    @Test
    void passesOnArgumentsAndStatus() {
        Adit adit = new Adit(List.of(new Fixed("one", 1, null)));
        assertThat(adit.run(terminal.terminal(), List.of("one", "a", "b"))).isEqualTo(1);
        assertThat(terminal.out()).isEqualTo("one [a, b]\n");
    }

    @Test
    void turnsAFailureIntoOneLine() {
        Adit adit = new Adit(List.of(new Fixed("one", 0, new Failure("It rains"))));
        assertThat(adit.run(terminal.terminal(), List.of("one"))).isEqualTo(1);
        assertThat(terminal.err()).isEqualTo("It rains\n");
    }

    @Test
    void turnsMisuseIntoTheUsage() {
        Adit adit = new Adit(List.of(new Fixed("one", 0, Failure.usage("Odd"))));
        assertThat(adit.run(terminal.terminal(), List.of("one"))).isEqualTo(1);
        assertThat(terminal.err()).isEqualTo("Odd\nUsage: adit one <thing>\n");
    }

    @Test
    void failsWhenTheOutputCannotBeWritten() {
        OutputStream full =
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("No space left on device");
                    }
                };
        FakeTerminal errors = new FakeTerminal();
        Terminal broken =
                new Terminal(
                        "adit",
                        new ByteArrayInputStream(new byte[0]),
                        full,
                        errors.terminal().err(),
                        Map.of(),
                        false);
        assertThat(Adit.standard().run(broken, List.of("genkey"))).isEqualTo(1);
        assertThat(errors.err())
                .isEqualTo("adit: cannot write the output: No space left on device\n");
    }

    private int run(String... arguments) {
        return Adit.standard().run(terminal.terminal(), List.of(arguments));
    }

    private record Fixed(String name, int status, Failure failure) implements Command {
        @Override
        public String summary() {
            return "Says what it is told";
        }

        @Override
        public String usage() {
            return name + " <thing>";
        }

        @Override
        public int run(Terminal terminal, List<String> arguments) throws Failure, IOException {
            if (failure != null) throw failure;
            terminal.print(name + " " + arguments);
            return status;
        }
    }
}
