package dev.adit.tools.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adit.tools.terminal.Tool;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// The programs of `compat/bin` that do our interfaces only: `ifconfig`, `netstart` and `route`.
@Timeout(120)
class StandInTest {
    @TempDir private Path folder;
    private Checkout checkout;

    @BeforeEach
    void makeCheckout() throws Exception {
        checkout = new Checkout(folder.resolve("a check out"));
        checkout.run("adit");
        // The system has two interfaces, and others' programs say what they are called with.
        checkout.script("system/ip", "case \"$*\" in " + IP + " esac");
        for (String name : Checkout.STAND_INS) {
            checkout.script("system/" + name, "printf '%s\\n' \"the other " + name + "\" \"$@\"");
        }
        path("compat/bin", "system");
    }

    private void path(String... folders) {
        StringBuilder path = new StringBuilder();
        for (String one : folders) path.append(checkout.root.resolve(one)).append(':');
        checkout.environment.put("PATH", path + System.getenv("PATH"));
    }

    private Tool.Outcome run(String name, String... words) throws Exception {
        Tool.Outcome outcome = checkout.run("compat/bin/" + name, words);
        assertThat(outcome.status()).as(outcome.err()).isZero();
        return outcome;
    }

    @ParameterizedTest
    @ValueSource(strings = {"sh", "dash", "bash", "busybox sh"})
    void handOtherInterfacesOnWithTheSameArguments(String shell) throws Exception {
        assumeTrue(Tool.isThere(shell.split(" ")[0]), shell + " is not installed");
        checkout.with(shell);
        assertThat(run("ifconfig", "eth0", "a  b", "", "*", "$x'\"").out())
                .isEqualTo("the other ifconfig\neth0\na  b\n\n*\n$x'\"\n");
        assertThat(run("netstart", "em0", "a  b").out())
                .isEqualTo("the other netstart\nem0\na  b\n");
    }

    @ParameterizedTest
    @CsvSource({
        "ifconfig,wg9 create",
        "ifconfig,wg create name tun0",
        "ifconfig,tun9 create wgport 7",
        "ifconfig,-A",
        "ifconfig,--layout netbsd wg9",
        "netstart,wg9",
        "netstart,--folder /etc wg9",
        "netstart,-n wg9"
    })
    void doOurInterfacesThemselves(String name, String line) throws Exception {
        Tool.Outcome outcome = run(name, line.split(" "));
        assertThat(outcome.out())
                .contains("-Dadit.program=" + name + "\n")
                .endsWith("dev.adit.tools.Adit\n" + line.replace(' ', '\n') + "\n");
    }

    @Test
    void leaveAnInterfaceOfOurNameAloneThatTheSystemHas() throws Exception {
        assertThat(run("ifconfig", "wg7").out()).startsWith("the other ifconfig\n");
    }

    @ParameterizedTest
    @CsvSource({"'',eth0", "-a,eth0 eth1 wg7"})
    void showOthersAsTheSystemDoesAndThenOurs(String word, String others) throws Exception {
        Tool.Outcome outcome = word.isEmpty() ? run("ifconfig") : run("ifconfig", word);
        String expected =
                "the other ifconfig\n" + others.replace(" ", "\nthe other ifconfig\n") + "\n";
        assertThat(outcome.out()).startsWith(expected).contains("-Dadit.program=ifconfig");
    }

    @Test
    void startWhatHasWordsOfWireGuardInItsFile() throws Exception {
        checkout.write("etc/hostname.tun0", "# x\nwgkey K wgport 7\n");
        checkout.write("etc/hostname.em0", "inet 10.0.0.1/24 # wgkey\n");
        String file = checkout.root.resolve("etc/hostname.").toString();
        assertThat(run("netstart", file + "tun0").out()).contains("-Dadit.program=netstart");
        assertThat(run("netstart", file + "em0").out()).startsWith("the other netstart\n");
        Tool.Outcome both = checkout.run("compat/bin/netstart", file + "tun0", file + "em0");
        assertThat(both.status()).isEqualTo(1);
        assertThat(both.err()).contains("one after the other");
    }

    @Test
    void findTheOtherBehindLinksToAndCopiesOfThemselves() throws Exception {
        Path copies = Files.createDirectories(checkout.root.resolve("copies"));
        Path links = Files.createDirectories(checkout.root.resolve("links"));
        for (String name : Checkout.STAND_INS) {
            Path file = checkout.root.resolve("compat/bin").resolve(name);
            Files.copy(file, copies.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
            Files.createSymbolicLink(links.resolve(name), file);
        }
        path("links", "copies", "compat/bin", "system");
        assertThat(run("ifconfig", "eth0").out()).isEqualTo("the other ifconfig\neth0\n");
    }

    @Test
    void sayThatThereIsNoOther() throws Exception {
        path("compat/bin");
        Files.delete(checkout.root.resolve("system/netstart"));
        assumeTrue(!Tool.isThere("netstart"), "netstart is installed");
        Tool.Outcome outcome = checkout.run("compat/bin/netstart", "em0");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err())
                .isEqualTo(
                        "netstart: not about an interface of Adit, and there is no other netstart"
                                + " in PATH\n");
    }

    @Test
    void runCommandsInRoutingDomains() throws Exception {
        assertThat(run("route", "-T1", "exec", "echo", "a  b").out()).isEqualTo("in 1: a  b\n");
        assertThat(run("route", "-T", "1", "exec", "echo", "x").out()).isEqualTo("in 1: x\n");
        assertThat(run("route", "-T0", "exec", "echo", "x").out()).isEqualTo("x\n");
        Tool.Outcome outcome = checkout.run("compat/bin/route", "-T2", "exec", "true");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err()).isEqualTo("route: there is no routing domain 2\n");
    }

    /// The exit status of ours is the program's own, but for that which stands for "not ours".
    @ParameterizedTest
    @CsvSource({"0,false", "1,false", "3,true"})
    void handRoutesOnThatAreNotThroughOurs(int status, boolean passed) throws Exception {
        String java = "case \"$*\" in *or-pass-on*) exit " + status + " ;; esac\n" + Checkout.JAVA;
        checkout.script("jdk/bin/java", java);
        Tool.Outcome outcome =
                checkout.run("compat/bin/route", "add", "a  b", "-interface", "eth0");
        assertThat(outcome.status()).isEqualTo(passed ? 0 : status);
        assertThat(outcome.out())
                .isEqualTo(passed ? "the other route\nadd\na  b\n-interface\neth0\n" : "");
    }

    private static final String IP =
            """
            '-o link show up') echo '2: eth0: <UP>' ;;
            '-o link show') printf '%s\\n' '2: eth0: <UP>' '3: eth1@if4: <>' '5: wg7: <>' ;;
            'link show dev wg7' | 'link show dev eth'*) true ;;
            'netns list') echo '1 (id: 0)' ;;
            'netns exec 1 echo'*) shift 4; echo "in 1: $*" ;;
            *) false ;;
            """;
}
