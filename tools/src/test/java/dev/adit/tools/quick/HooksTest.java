package dev.adit.tools.quick;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.file.WgQuickFile;
import dev.adit.tools.host.LinuxHost;
import dev.adit.tools.host.StateFolder;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/// Hooks in a real shell.
class HooksTest {

    @TempDir Path folder;
    private final LinuxHost host = new LinuxHost(Map.of("PATH", "/usr/bin:/bin"), null);

    @BeforeEach
    void hasBash() {
        assumeTrue(host.find("bash").isPresent(), "there is no bash");
    }

    @Test
    void canSubstituteOutputs() throws IOException {
        assertThat(run("cat <(echo a) <(echo b) > " + out())).isZero();
        assertThat(out()).content().isEqualTo("a\nb\n");
    }

    @Test
    void endAtTheFirstFailure() throws IOException {
        assertThat(run("false; true")).isEqualTo(1);
        assertThat(run("false | true")).isEqualTo(1);
        assertThat(run("exit 7")).isEqualTo(7);
        assertThat(run("false || true")).isZero();
    }

    @Test
    void mayBeginAsOptionsDo() throws IOException {
        assertThat(run("-c")).isEqualTo(127);
        assertThat(run("--")).isEqualTo(127);
        assertThat(run("")).isZero();
    }

    @Test
    void keepEveryByte() throws IOException {
        String text = "'ü' \\€\"$HOME`";
        String line = "printf %s \"$(cat <<'X'\n" + text + "\nX\n)\" > " + out();
        assertThat(run(latin1(line))).isZero();
        assertThat(out()).content(StandardCharsets.UTF_8).isEqualTo(text);
    }

    @Test
    void runInTheLocaleOfC() throws IOException {
        assertThat(run("echo $LC_ALL > " + out())).isZero();
        assertThat(out()).content().isEqualTo("C\n");
    }

    @Test
    void findOurWgWhereThereIsNoOther() throws IOException {
        Path ours = program("home/compat/bin", "wg-none-has");
        Path both = program("home/compat/bin", "sh");
        LinuxHost at = new LinuxHost(Map.of("PATH", "/usr/bin"), folder.resolve("home").toString());
        assertThat(shell().run(at, "command -v wg-none-has sh > " + out())).isZero();
        assertThat(out()).content().startsWith(ours + "\n").doesNotContain(both.toString());
    }

    @Test
    void seeTheVariablesOfWgQuick() throws IOException {
        String line =
                "declare -p PROGRAM INTERFACE CONFIG_FILE MTU TABLE SAVE_CONFIG ARGS ADDRESSES"
                        + " DNS DNS_SEARCH PRE_UP POST_UP PRE_DOWN POST_DOWN > "
                        + out();
        assertThat(run(line)).isZero();
        assertThat(out())
                .content()
                .isEqualTo(
                        """
                        declare -- PROGRAM="adit"
                        declare -- INTERFACE="wg0"
                        declare -- CONFIG_FILE="/etc/wireguard/wg0.conf"
                        declare -- MTU="1400"
                        declare -- TABLE="1234"
                        declare -- SAVE_CONFIG="1"
                        declare -a ARGS=([0]="up" [1]="wg0")
                        declare -a ADDRESSES=([0]="10.9.0.1/24" [1]="fd00::1/64")
                        declare -a DNS=([0]="192.0.2.53" [1]="2001:db8::53")
                        declare -a DNS_SEARCH=([0]="example.org")
                        declare -a PRE_UP=([0]="a" [1]="b %i")
                        declare -a POST_UP=()
                        declare -a PRE_DOWN=([0]="c")
                        declare -a POST_DOWN=([0]="d")
                        """);
    }

    @Test
    void haveNoArgumentsAndNothingInTheEnvironment() throws IOException {
        assertThat(run("echo $# ${script-unset} > " + out() + "; env >> " + out())).isZero();
        assertThat(out()).content().startsWith("0 unset\n").doesNotContain("INTERFACE", "10.9.0.1");
    }

    @Test
    void callTheFunctionsOfWgQuick() throws IOException {
        assertThat(run("cmd printf '%s|' a 'b c' > " + out())).isZero();
        assertThat(out()).content().isEqualTo("a|b c|");
        assertThat(run("die no 2> " + out())).isEqualTo(1);
        assertThat(out()).content().isEqualTo("adit: no\n");
    }

    @Test
    void takeNoValueForACommand() throws IOException, ConfigException {
        Path evil = folder.resolve("evil");
        String value = "';touch${IFS}" + evil + ";`touch${IFS}" + evil + "`$(touch${IFS}" + evil;
        String text = "[Interface]\nDNS = %s\nTable = %s\nPostDown = %s\n";
        HookShell shell = shell(text.formatted(value, value, value).getBytes());
        String line = "printf '%s\\n' \"$DNS_SEARCH\" \"$TABLE\" \"$POST_DOWN\" > " + out();
        assertThat(shell.run(host, line)).isZero();
        assertThat(out()).content().isEqualTo((value + "\n").repeat(3));
        assertThat(evil).doesNotExist();
    }

    @Test
    void readTheConfigurationOverAPipeWhereTheyNameIt() throws IOException {
        Path home = folder.resolve("home");
        program("home", "adit", "echo \"$@\"\n");
        LinuxHost at = new LinuxHost(Map.of("PATH", "/usr/bin:/bin"), home.toString());
        assertThat(shell().run(at, "echo \"$WG_CONFIG\" > " + out())).isZero();
        assertThat(out()).content().isEqualTo("strip wg0\n\n");
    }

    @Test
    void leaveNoScriptBehind() throws IOException {
        assertThat(run("ls -la " + folder.resolve("state") + " > " + out())).isZero();
        assertThat(out()).content().contains("-rw------- ").contains(".wg0.hook-script-");
        assertThat(run("exit 3")).isEqualTo(3);
        try (var files = Files.list(folder.resolve("state"))) {
            assertThat(files).isEmpty();
        }
    }

    private Path program(String where, String name) throws IOException {
        return program(where, name, "");
    }

    private Path program(String where, String name, String script) throws IOException {
        Path file = Files.createDirectories(folder.resolve(where)).resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file;
    }

    private int run(String line) throws IOException {
        return shell().run(host, line);
    }

    private HookShell shell() {
        try {
            return shell(
                    """
                    [Interface]
                    Address = 10.9.0.1/24, fd00::1/64
                    DNS = 192.0.2.53, 2001:db8::53, example.org
                    MTU = 1400
                    Table = 1234
                    SaveConfig = true
                    PreUp = a
                    PreUp = b %i
                    PreDown = c
                    PostDown = d
                    """
                            .getBytes(StandardCharsets.UTF_8));
        } catch (ConfigException e) {
            throw new AssertionError(e);
        }
    }

    private HookShell shell(byte[] conf) throws ConfigException {
        return new HookShell(
                new StateFolder(folder.resolve("state")),
                "wg0",
                WgQuickFile.parse(conf, "wg0.conf"),
                "/etc/wireguard/wg0.conf",
                "adit",
                List.of("up", "wg0"));
    }

    private Path out() {
        return folder.resolve("out");
    }

    private static String latin1(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
