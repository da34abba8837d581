package dev.adit.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adit.tools.terminal.Command;
import dev.adit.tools.terminal.Manual;
import dev.adit.tools.terminal.Tool;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// The completion for bash, sourced in one.
class CompletionTest {
    @TempDir private Path folder;

    @BeforeEach
    void makeTunnels() throws Exception {
        assumeTrue(Tool.isThere("bash"), "bash is not installed");
        for (String file : List.of("wg0.sock", "office.sock", "home.conf", "office.conf", "key")) {
            Files.writeString(folder.resolve(file), "");
        }
        Files.createDirectory(folder.resolve("more"));
    }

    @Test
    void knowsEveryCommandAndEveryWordOfIt() throws Exception {
        List<String> commands =
                Adit.standard().commands().stream()
                        .filter(command -> command.summary() != null)
                        .map(Command::name)
                        .toList();
        assertThat(complete("_adit", "adit", "")).containsAll(commands).contains("help");
        assertThat(complete("_adit", "adit", "help", "")).containsAll(commands);
        String script = Files.readString(SCRIPT);
        for (Command command : Adit.standard().commands()) {
            for (Manual.Word word : command.manual().words()) {
                assertThat(script).as(command.name()).containsPattern("[ ']" + word.word() + "\\b");
            }
        }
    }

    @Test
    void completesWhatIsBegun() throws Exception {
        assertThat(complete("_adit", "adit", "sho")).containsExactly("show", "showconf");
        assertThat(complete("_adit", "adit", "genkey", "-")).containsExactly("--help");
        assertThat(complete("_adit", "adit", "genkey", "")).isEmpty();
        assertThat(complete("_aditd", "aditd", "-"))
                .containsExactly("-f", "--foreground", "--version");
    }

    @Test
    void offersInterfacesAndFields() throws Exception {
        assertThat(complete("_adit", "adit", "show", ""))
                .containsExactlyInAnyOrder("office", "wg0", "all", "interfaces");
        assertThat(complete("_adit", "adit", "show", "wg0", "d")).containsExactly("dump", "drops");
        assertThat(complete("_adit", "adit", "show", "interfaces", "d")).isEmpty();
        for (String command : List.of("set", "showconf", "setconf", "addconf", "syncconf")) {
            assertThat(complete("_adit", "adit", command, "w")).containsExactly("wg0");
        }
    }

    @Test
    void offersWhatMayFollowInSet() throws Exception {
        assertThat(complete("_adit", "adit", "set", "wg0", ""))
                .containsExactly("listen-port", "fwmark", "private-key", "peer");
        assertThat(complete("_adit", "adit", "set", "wg0", "peer", "K", "p"))
                .containsExactly("peer", "preshared-key", "persistent-keepalive");
        assertThat(complete("_adit", "adit", "set", "wg0", "fwmark", "")).containsExactly("off");
        assertThat(complete("_adit", "adit", "set", "wg0", "listen-port", "")).isEmpty();
        assertThat(complete("_adit", "adit", "set", "wg0", "private-key", "./k"))
                .containsExactly("./key");
    }

    @Test
    void asksTheProgramForPeers() throws Exception {
        String fake = "adit() { [ \"$*\" = 'show wg0 peers' ] && echo AB= AC= X=; }; ";
        assertThat(completeAfter(fake, "_adit", "adit", "set", "wg0", "peer", "A"))
                .containsExactly("AB=", "AC=");
    }

    @Test
    void offersTunnelsAndTheirFiles() throws Exception {
        assertThat(complete("_adit", "adit", "up", "")).containsExactly("home", "office");
        assertThat(complete("_adit", "adit", "strip", "o")).containsExactly("office");
        assertThat(complete("_adit", "adit", "down", "")).containsExactly("office", "wg0");
        assertThat(complete("_adit", "adit", "up", "./"))
                .containsExactlyInAnyOrder("./home.conf", "./office.conf", "./more");
        assertThat(complete("_adit", "adit", "up", "--d")).containsExactly("--dry-run");
        assertThat(complete("_adit", "adit", "save", "--d")).isEmpty();
    }

    @Test
    void knowsWgAndWgQuickByTheirOwnWords() throws Exception {
        assertThat(complete("_adit_wg", "wg", "")).contains("show", "pubkey").doesNotContain("up");
        assertThat(complete("_adit_wg", "wg", "show", "wg0", "d")).containsExactly("dump");
        assertThat(complete("_adit_wg_quick", "wg-quick", ""))
                .containsExactly("up", "down", "save", "strip", "--help");
        assertThat(complete("_adit_wg_quick", "wg-quick", "up", "h")).containsExactly("home");
    }

    @Test
    void registersForAllFourAndLeavesOthersAlone() throws Exception {
        String list = "complete -p adit aditd wg wg-quick | sort";
        assertThat(bash(". \"$SCRIPT\"; " + list))
                .containsExactly(
                        "complete -F _adit adit",
                        "complete -F _adit_wg wg",
                        "complete -F _adit_wg_quick wg-quick",
                        "complete -F _aditd aditd");
        assertThat(bash("complete -F theirs wg; . \"$SCRIPT\"; complete -p wg"))
                .containsExactly("complete -F theirs wg");
    }

    private List<String> complete(String function, String... words) throws Exception {
        return completeAfter("", function, words);
    }

    private List<String> completeAfter(String before, String function, String... words)
            throws Exception {
        String line = String.join(" ", Arrays.stream(words).map(w -> "'" + w + "'").toList());
        return bash(
                before
                        + ". \"$SCRIPT\"; _adit_sockets=. _adit_configurations=.; COMP_WORDS=("
                        + line
                        + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); "
                        + function
                        + " 2>/dev/null; printf '%s\\n' \"${COMPREPLY[@]}\"");
    }

    private List<String> bash(String script) throws Exception {
        String at = "SCRIPT='" + SCRIPT + "'; cd '" + folder + "' || exit; ";
        Tool.Outcome outcome = Tool.run("", "bash", "--norc", "-c", at + script);
        assertThat(outcome.err()).isEmpty();
        return outcome.out().lines().filter(line -> !line.isEmpty()).toList();
    }

    private static final Path SCRIPT =
            Path.of("../dist/completion/adit.bash").toAbsolutePath().normalize();
}
