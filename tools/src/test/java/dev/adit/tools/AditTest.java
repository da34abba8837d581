package dev.adit.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.tools.terminal.Command;
import dev.adit.tools.terminal.CommandFailure;
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

    @ParameterizedTest
    @ValueSource(strings = {"show", "showconf", "set", "setconf", "addconf", "syncconf", "resolve"})
    void takesNoOptionForTheNameOfAnInterface(String command) {
        assertThat(run(command, "--oops", "file")).isEqualTo(1);
        assertThat(terminal.err())
                .startsWith("`--oops' is not the name of an interface\nUsage: adit " + command);
    }

    @Test
    void helpsBehindTheNameOfAnInterfaceToo() {
        assertThat(run("set", "wg0", "--help")).isZero();
        assertThat(terminal.out()).startsWith("Usage: adit set ");
    }

    @Test
    void printsNoControlCharacterThatItWasGiven() {
        assertThat(run("\u001b]0;title\u0007\u009b1m")).isEqualTo(1);
        assertThat(terminal.err()).startsWith("Invalid subcommand: `?]0;title??1m'\n");
    }

    @Test
    void suggestsACommandForAMisspelledOne() {
        assertThat(run("genkye")).isEqualTo(1);
        assertThat(terminal.err())
                .isEqualTo("Invalid subcommand: `genkye'\nDid you mean `genkey'?\n");
        assertThat(terminal.out()).isEmpty();
    }

    @Test
    void pointsToTheHelpWhenNothingIsNear() {
        assertThat(run("fnord")).isEqualTo(1);
        assertThat(terminal.err()).isEqualTo("Invalid subcommand: `fnord'\nSee `adit help'.\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"help %s", "%s --help", "%s -h"})
    void helpsWithEveryCommandForPeople(String words) {
        for (Command command : Adit.standard().commands()) {
            if (command.summary() == null) continue;
            FakeTerminal fresh = new FakeTerminal();
            String[] arguments = words.formatted(command.name()).split(" ");
            assertThat(Adit.standard().run(fresh.terminal(), List.of(arguments))).isZero();
            assertThat(fresh.out())
                    .startsWith("Usage: adit " + command.usage() + "\n\n")
                    .contains(command.manual().about(), command.manual().example());
            command.manual().words().forEach(w -> assertThat(fresh.out()).contains(w.word()));
            assertThat(fresh.err()).isEmpty();
        }
    }

    @Test
    void doesNotHelpWithWhatThereIsNot() {
        assertThat(run("help", "genkye")).isEqualTo(1);
        assertThat(terminal.err()).contains("Did you mean `genkey'?");
        assertThat(terminal.out()).isEmpty();
    }

    /// As a letter of another locale, it is in no file's name.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "show ?",
                "showconf ?",
                "set ? listen-port 1",
                "setconf ? /dev/null",
                "ifconfig ?",
                "ifconfig ? create",
                "netstart ?",
                "netstart x/?",
                "netstart --folder ?",
                "wgconfig ?"
            })
    void refusesNamesThatNoFileCanHave(String line) {
        assertThat(run(line.replace('?', '\ud800').split(" "))).isEqualTo(1);
        assertThat(terminal.err())
                .matches("adit: `.*' cannot be the name of a file in this locale\n");
        assertThat(terminal.out()).isEmpty();
    }

    @Test
    void suggestsAWordForAMisspelledOneAfterTheUsage() {
        assertThat(run("set", "nix0", "listen-prot", "1")).isEqualTo(1);
        assertThat(terminal.err())
                .isEqualTo("Invalid argument: listen-prot\nDid you mean `listen-port'?\n");
    }

    @Test
    void suggestsNothingForAWordThatIsOnlyInTheWrongPlace() {
        assertThat(run("set", "nix0", "allowed-ips", "10.0.0.0/8")).isEqualTo(1);
        assertThat(terminal.err()).isEqualTo("Invalid argument: allowed-ips\n");
    }

    @Test
    void calledWgHasTheCommandsOfWgOnly() {
        terminal.program("/opt/bin/wg");
        assertThat(run("help")).isZero();
        assertThat(terminal.out())
                .startsWith("Usage: /opt/bin/wg <cmd> [<args>]\n\nAvailable subcommands:\n  show: ")
                .endsWith("You may pass `--help' to any of these subcommands to view usage.\n")
                .hasLineCount(13)
                .doesNotContain("demo", "strip");
        for (String word : List.of("up", "demo", "fnord", "genkye")) {
            FakeTerminal fresh = new FakeTerminal().program("wg");
            assertThat(Adit.standard().run(fresh.terminal(), List.of(word))).isEqualTo(1);
            assertThat(fresh.err())
                    .startsWith("Invalid subcommand: `" + word + "'\nUsage: wg <cmd>")
                    .doesNotContain("Did you mean");
        }
    }

    @Test
    void calledWgSuggestsNothingAndKnowsNoWordThatWgDoesNot() {
        terminal.program("wg");
        assertThat(run("set", "nix0", "listen-prot", "1")).isEqualTo(1);
        assertThat(run("show", "--help")).isZero();
        assertThat(terminal.err())
                .startsWith("Invalid argument: listen-prot\nUsage: wg show {")
                .contains("| dump]")
                .hasLineCount(2);
    }

    @Test
    void calledWgTakesHelpForAnArgumentAsWgDoes() {
        terminal.program("wg");
        assertThat(run("genkey", "--help")).isEqualTo(1);
        assertThat(run("--help", "x")).isEqualTo(1);
        assertThat(terminal.err())
                .startsWith("Usage: wg genkey\nInvalid subcommand: `--help'\nUsage: wg <cmd>");
        assertThat(terminal.out()).isEmpty();
    }

    @Test
    void calledWgSaysAVersionThatScriptsFind() {
        terminal.program("wg");
        assertThat(run("--version")).isZero();
        assertThat(terminal.out()).matches("adit v.* wireguard-tools v\\d\\S+\n");
    }

    @Test
    void calledByTheNameOfACommandForThatRunsIt() {
        Adit adit = new Adit(List.of(new Fixed("wgconfig", 1, null)));
        terminal.program("/opt/bin/wgconfig");
        assertThat(adit.run(terminal.terminal(), List.of("wg0", "--help"))).isEqualTo(1);
        assertThat(terminal.out()).isEqualTo("wgconfig [wg0, --help]\n");
        adit = new Adit(List.of(new Fixed("wgconfig", 0, CommandFailure.usage())));
        assertThat(adit.run(terminal.terminal(), List.of())).isEqualTo(1);
        assertThat(terminal.err()).isEqualTo("Usage: wgconfig <thing>\n");
    }

    @Test
    void calledWgQuickHasItsVerbs() {
        terminal.program("wg-quick");
        assertThat(run("genkey", "wg0")).isEqualTo(1);
        assertThat(run()).isEqualTo(1);
        assertThat(run("--help")).isZero();
        assertThat(terminal.err().split("Usage: wg-quick \\[ up \\| down", -1)).hasSize(4);
        assertThat(terminal.out()).isEmpty();
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
        Adit adit = new Adit(List.of(new Fixed("one", 0, new CommandFailure("It rains"))));
        assertThat(adit.run(terminal.terminal(), List.of("one"))).isEqualTo(1);
        assertThat(terminal.err()).isEqualTo("It rains\n");
    }

    @Test
    void turnsMisuseIntoTheUsage() {
        Adit adit = new Adit(List.of(new Fixed("one", 0, CommandFailure.usage("Odd"))));
        assertThat(adit.run(terminal.terminal(), List.of("one"))).isEqualTo(1);
        assertThat(terminal.err()).isEqualTo("Odd\nUsage: adit one <thing>\n");
    }

    @Test
    void failsWhenTheOutputCannotBeWritten() {
        Terminal full = writing(new IOException("No space left on device"));
        assertThat(Adit.standard().run(full, List.of("genkey"))).isEqualTo(1);
        assertThat(terminal.err())
                .isEqualTo("adit: cannot write the output: No space left on device\n");
    }

    @Test
    void endsAsIfBySigpipeWhenNobodyReadsTheOutput() {
        Terminal unread = writing(new IOException("Broken pipe"));
        assertThat(Adit.standard().run(unread, List.of("genkey"))).isEqualTo(128 + 13);
        assertThat(terminal.err()).isEmpty();
    }

    /// A terminal that fails to write to standard output.
    private Terminal writing(IOException failure) {
        OutputStream out =
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw failure;
                    }
                };
        return new Terminal(
                "adit",
                new ByteArrayInputStream(new byte[0]),
                out,
                terminal.terminal().err(),
                Map.of(),
                false);
    }

    @Test
    void saysInOneLineThatThereIsNotEnoughMemory() {
        Adit adit = new Adit(List.of(new Huge()));
        assertThat(adit.run(terminal.terminal(), List.of("huge"))).isEqualTo(1);
        assertThat(terminal.err())
                .isEqualTo("adit: out of memory: ADIT_JAVA_OPTS=-Xmx4g allows more\n");
    }

    private int run(String... arguments) {
        return Adit.standard().run(terminal.terminal(), List.of(arguments));
    }

    private record Fixed(String name, int status, CommandFailure failure) implements Command {
        @Override
        public String summary() {
            return "Says what it is told";
        }

        @Override
        public String usage() {
            return name + " <thing>";
        }

        @Override
        public int run(Terminal terminal, List<String> arguments)
                throws CommandFailure, IOException {
            if (failure != null) throw failure;
            terminal.print(name + " " + arguments);
            return status;
        }
    }

    private static final class Huge implements Command {
        @Override
        public String name() {
            return "huge";
        }

        @Override
        public String summary() {
            return "Needs more than there is";
        }

        @Override
        public String usage() {
            return "huge";
        }

        @Override
        public int run(Terminal terminal, List<String> arguments) {
            throw new OutOfMemoryError();
        }
    }
}
