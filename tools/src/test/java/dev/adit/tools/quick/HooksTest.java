package dev.adit.tools.quick;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adit.tools.host.LinuxHost;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
        assertThat(at.run(Hooks.argv("command -v wg-none-has sh > " + out()), "")).isZero();
        assertThat(out()).content().startsWith(ours + "\n").doesNotContain(both.toString());
    }

    private Path program(String where, String name) throws IOException {
        Path file = Files.createDirectories(folder.resolve(where)).resolve(name);
        Files.writeString(file, "#!/bin/sh\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file;
    }

    private int run(String line) throws IOException {
        return host.run(Hooks.argv(line), "");
    }

    private Path out() {
        return folder.resolve("out");
    }

    private static String latin1(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
