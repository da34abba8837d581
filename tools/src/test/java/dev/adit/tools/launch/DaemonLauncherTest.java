package dev.adit.tools.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adit.tools.terminal.Tool;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The launcher `aditd`, with a Java that only says how it was called.
@Timeout(120)
class DaemonLauncherTest {
    @TempDir private Path folder;
    private Checkout checkout;
    private Path facts;

    @BeforeEach
    void makeCheckout() throws Exception {
        checkout = new Checkout(folder.resolve("a check out"));
        facts = folder.resolve("facts");
        checkout.environment.put("FACTS", facts.toString());
        checkout.environment.put("LOG_LEVEL", "");
        checkout.run("adit");
    }

    @AfterEach
    void endDaemon() throws Exception {
        if (!Files.exists(facts)) return;
        Files.readAllLines(facts).stream()
                .filter(line -> line.startsWith("pid "))
                .map(line -> Long.parseLong(line.substring(4)))
                .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    }

    /// Makes Java write facts about itself, do as `script` says, and stay.
    private void java(String script) throws Exception {
        String whole =
                """
                {
                    echo "pid $$"
                    echo "arguments $*"
                    echo "session $(cut -d ' ' -f 6 /proc/$$/stat)"
                    grep SigIgn /proc/$$/status
                    for fd in 0 5 8 9; do echo "fd $fd $(readlink /proc/$$/fd/$fd)"; done
                } >"$FACTS"
                """
                        + script;
        checkout.script("jdk/bin/java", whole);
    }

    private static final String STAY = "\nexec >/dev/null 2>&1\nexec sleep 60";

    @ParameterizedTest
    @ValueSource(strings = {"sh", "dash", "bash", "busybox sh"})
    void returnsWhenTheDaemonIsReady(String shell) throws Exception {
        assumeTrue(Tool.isThere(shell.split(" ")[0]), shell + " is not installed");
        java("echo ready >&2" + STAY);
        Tool.Outcome outcome = checkout.with(shell).run("aditd", "wg0");
        assertThat(outcome).isEqualTo(new Tool.Outcome(0, "", ""));
        assertThat(daemon().isAlive()).isTrue();
    }

    @Test
    void putsTheDaemonInASessionOfItsOwn() throws Exception {
        java("echo ready >&2" + STAY);
        checkout.run("aditd", "wg0");
        assertThat(facts()).contains("session " + daemon().pid(), "fd 0 /dev/null");
        assertThat(facts())
                .anyMatch(line -> line.startsWith("arguments ") && line.endsWith(".Daemon wg0"));
        // Neither SIGINT nor SIGQUIT, which a shell has its background ignore.
        String ignored =
                facts().stream().filter(line -> line.startsWith("SigIgn")).findFirst().get();
        assertThat(Long.parseUnsignedLong(ignored.split("\\s+")[1], 16) & 0b110).isZero();
    }

    @Test
    void returnsItsOutputAtOnceToWhoeverReadsIt() throws Exception {
        java("echo ready >&2" + STAY);
        String script = "x=$(\"$0\" wg0) && [ -z \"$x\" ] && echo returned";
        Tool.Outcome outcome =
                Tool.run(
                        "",
                        checkout.environment,
                        List.of("sh", "-c", script, checkout.root + "/aditd"));
        assertThat(outcome.out()).isEqualTo("returned\n");
        assertThat(daemon().isAlive()).isTrue();
    }

    @Test
    void passesOnWhatIsSaidBeforeTheDaemonIsReady() throws Exception {
        java("echo 'a log line'; echo 'a warning' >&2; echo ready >&2" + STAY);
        assertThat(checkout.run("aditd", "wg0"))
                .isEqualTo(new Tool.Outcome(0, "a log line\n", "a warning\n"));
    }

    @Test
    void failsWhenTheStartFails() throws Exception {
        java("echo 'ERROR: no TUN'; echo failed >&2; exit 1");
        assertThat(checkout.run("aditd", "wg0"))
                .isEqualTo(new Tool.Outcome(1, "ERROR: no TUN\n", ""));
    }

    @Test
    void failsWhenTheDaemonDies() throws Exception {
        java("kill -9 $$");
        Tool.Outcome outcome = checkout.run("aditd", "wg0");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err()).isEqualTo("aditd: the daemon ended before it was ready\n");
    }

    @Test
    void failsWhenJavaDoesNotEvenStart() throws Exception {
        java("echo 'Unrecognized VM option' >&2; exit 1");
        Tool.Outcome outcome = checkout.run("aditd", "wg0");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err())
                .isEqualTo("Unrecognized VM option\naditd: the daemon ended before it was ready\n");
    }

    @Test
    void keepsNoDescriptorOfTheCaller() throws Exception {
        java("echo ready >&2" + STAY);
        inShell("exec 5</etc/passwd 8</etc/passwd 9</etc/passwd; \"$0\" wg0");
        assertThat(facts()).contains("fd 5 ", "fd 8 ", "fd 9 ");
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 8, 9})
    void keepsTheDescriptorOfTheInterface(int fd) throws Exception {
        java("echo ready >&2" + STAY);
        checkout.environment.put("WG_TUN_FD", "" + fd);
        inShell("exec " + fd + "</etc/passwd; \"$0\" wg0");
        assertThat(facts()).contains("fd " + fd + " /etc/passwd");
    }

    @ParameterizedTest
    @ValueSource(strings = {"wg0", "-f wg0"})
    void turnsAnInheritedSocketIntoStandardInput(String arguments) throws Exception {
        java(arguments.equals("wg0") ? "echo ready >&2" + STAY : "exit 0");
        checkout.environment.put("WG_UAPI_FD", "5");
        inShell("exec 5</etc/passwd; \"$0\" " + arguments);
        assertThat(facts()).contains("fd 0 /etc/passwd", "fd 5 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-f wg0", "--foreground wg0", "--version", "", "a b c", "-x"})
    void becomesJavaWhenThereIsNothingToDetach(String arguments) throws Exception {
        java("exit 7");
        String[] words = arguments.isEmpty() ? new String[0] : arguments.split(" ");
        assertThat(checkout.run("aditd", words).status()).isEqualTo(7);
        assertThat(facts())
                .anyMatch(
                        line ->
                                line.startsWith("arguments ")
                                        && line.endsWith((".Daemon " + arguments).strip())
                                        && !line.contains("adit.report"));
    }

    @Test
    void becomesJavaWhenTheEnvironmentAsksForTheForeground() throws Exception {
        java("exit 7");
        checkout.environment.put("WG_PROCESS_FOREGROUND", "1");
        assertThat(checkout.run("aditd", "wg0").status()).isEqualTo(7);
    }

    @Test
    void startsWithoutStandardStreams() throws Exception {
        java("echo 'a log line'; echo ready >&2" + STAY);
        Tool.Outcome outcome = inShell("\"$0\" wg0 <&- >&- 2>&-");
        assertThat(outcome.status()).isZero();
        assertThat(facts()).contains("fd 0 /dev/null");
    }

    private Tool.Outcome inShell(String script) throws Exception {
        return Tool.run(
                "", checkout.environment, List.of("sh", "-c", script, checkout.root + "/aditd"));
    }

    private List<String> facts() throws Exception {
        return Files.readAllLines(facts);
    }

    private ProcessHandle daemon() throws Exception {
        String line = facts().getFirst();
        return ProcessHandle.of(Long.parseLong(line.substring(4))).orElseThrow();
    }
}
