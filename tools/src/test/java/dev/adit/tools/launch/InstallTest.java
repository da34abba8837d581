package dev.adit.tools.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adit.tools.terminal.Tool;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// `dist/install.sh`, into a folder, and the units it puts there.
class InstallTest {
    @TempDir private Path folder;

    @Test
    void linksProgramsPagesAndCompletion() throws Exception {
        assertThat(install().status()).isZero();
        assertThat(folder.resolve("usr/local/sbin/adit").toRealPath()).isEqualTo(real("adit"));
        assertThat(folder.resolve("usr/local/sbin/aditd").toRealPath()).isEqualTo(real("aditd"));
        assertThat(folder.resolve("usr/local/share/man/man8/adit.8").toRealPath())
                .isEqualTo(real("docs/man/adit.8"));
        assertThat(folder.resolve("usr/local/share/bash-completion/completions/adit").toRealPath())
                .isEqualTo(real("dist/completion/adit.bash"));
        assertThat(folder.resolve("usr/local/bin/wg")).doesNotExist();
    }

    @Test
    void linksTheNamesOfOthersWhenAsked() throws Exception {
        assertThat(install("--compat", "--prefix", "/opt/x").status()).isZero();
        for (String name : Checkout.COMPAT) {
            assertThat(folder.resolve("opt/x/bin").resolve(name).toRealPath())
                    .isEqualTo(real("compat/bin/" + name));
        }
    }

    @Test
    void choosesBetweenSystemdAndTheScript() throws Exception {
        install();
        assertThat(folder.resolve("etc/init.d/adit").toRealPath())
                .isEqualTo(real("dist/rc.d/adit"));
        assertThat(folder.resolve("etc/systemd")).doesNotExist();
        Path other = Files.createDirectories(folder.resolve("other/etc/systemd/system"));
        install(folder.resolve("other"), "--prefix", "/opt/x");
        assertThat(other.resolve("adit@.service"))
                .content()
                .contains("ExecStart=/opt/x/sbin/adit up %i\n")
                .doesNotContain("/usr/local");
        assertThat(folder.resolve("other/etc/init.d")).doesNotExist();
    }

    @Test
    void leavesNothingAfterRemoval() throws Exception {
        Files.createDirectories(folder.resolve("etc/systemd/system"));
        install("--compat");
        assertThat(files()).isNotEmpty();
        assertThat(install("--remove").status()).isZero();
        assertThat(files()).isEmpty();
    }

    @Test
    void leavesAloneWhatIsAnothers() throws Exception {
        Path theirs = Files.createDirectories(folder.resolve("usr/local/bin")).resolve("wg");
        Files.writeString(theirs, "theirs");
        Tool.Outcome outcome = install("--compat");
        assertThat(outcome.err()).contains("leaves " + theirs + " alone");
        install("--remove");
        assertThat(files()).containsExactly(theirs);
        assertThat(theirs).hasContent("theirs");
    }

    @Test
    void mayBeCalledTwice() throws Exception {
        install();
        List<Path> once = files();
        Tool.Outcome again = install();
        assertThat(again.status()).isZero();
        assertThat(again.err()).isEmpty();
        assertThat(files()).isEqualTo(once);
    }

    @Test
    void refusesWhatItDoesNotKnow() throws Exception {
        assertThat(install("--prefx", "/opt").status()).isEqualTo(1);
        assertThat(install("--prefix", "opt").status()).isEqualTo(1);
        assertThat(install("--prefix").status()).isEqualTo(1);
        assertThat(files()).isEmpty();
    }

    @Test
    void installsUnitsThatSystemdAccepts() throws Exception {
        assumeTrue(Tool.isThere("systemd-analyze"), "systemd-analyze is not installed");
        for (String unit : List.of("adit@.service", "adit.target")) {
            // What is to be run has to be there.
            String text = Files.readString(ROOT.resolve("dist/systemd").resolve(unit));
            Files.writeString(
                    folder.resolve(unit.replace("@", "@wg0")),
                    text.replace("/usr/local/sbin/adit", ROOT.resolve("adit").toString()));
        }
        Tool.Outcome outcome =
                Tool.run(
                        "",
                        "systemd-analyze",
                        "verify",
                        "--man=no",
                        folder.resolve("adit@wg0.service").toString(),
                        folder.resolve("adit.target").toString());
        assertThat(outcome.err() + outcome.out()).isEmpty();
        assertThat(outcome.status()).isZero();
    }

    private Tool.Outcome install(String... words) throws Exception {
        return install(folder, words);
    }

    private static Tool.Outcome install(Path destination, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(ROOT.resolve("dist/install.sh") + ""));
        command.addAll(List.of(words));
        return Tool.run("", Map.of("DESTDIR", destination.toString()), command);
    }

    private static Path real(String file) throws IOException {
        return ROOT.resolve(file).toRealPath();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> !Files.isDirectory(file)).sorted().toList();
        }
    }

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
}
