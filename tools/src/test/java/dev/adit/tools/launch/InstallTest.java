package dev.adit.tools.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adit.tools.terminal.Tool;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// `dist/install.sh`, into a folder, and the units it puts there.
class InstallTest {
    @TempDir private Path folder;
    @TempDir private Path sources;
    private Checkout checkout;

    @BeforeEach
    void makeCheckout() throws Exception {
        checkout = Checkout.withAllThatIsInstalled(sources.resolve("a check out"));
    }

    @Test
    void linksProgramsPagesAndCompletion() throws Exception {
        assertThat(install().status()).isZero();
        assertLink("usr/local/sbin/adit", "adit");
        assertLink("usr/local/sbin/aditd", "aditd");
        assertLink("usr/local/share/man/man8/adit.8", "docs/man/adit.8");
        assertLink("usr/local/share/bash-completion/completions/adit", "dist/completion/adit.bash");
        assertThat(folder.resolve("usr/local/bin/wg")).doesNotExist();
    }

    @Test
    void copiesWhatRunsAndNoSource() throws Exception {
        Files.setPosixFilePermissions(
                checkout.root.resolve("docs/man/adit.8"),
                PosixFilePermissions.fromString("rw-rw-rw-"));
        checkout.run("adit");
        assertThat(install("--prefix", "/opt/x").status()).isZero();
        Path copy = folder.resolve("opt/x/lib/adit/current");
        assertThat(copy.resolve("tools/launch.sh")).isRegularFile();
        assertThat(copy.resolve("tools/src")).doesNotExist();
        assertThat(copy.resolve("mvnw")).doesNotExist();
        String app = Files.readAllLines(copy.resolve(".build/current")).get(3);
        assertThat(copy.resolve(".build/" + app + "/lib/adit-tools-0.1.0.jar")).isRegularFile();
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(copy.resolve("docs/man/adit.8"))))
                .isEqualTo("rw-r--r--");
    }

    @Test
    void linksTheNamesOfOthersWhenAsked() throws Exception {
        assertThat(install("--compat", "--prefix", "/opt/x").status()).isZero();
        for (String name : Checkout.COMPAT) assertLink("opt/x/bin/" + name, "compat/bin/" + name);
    }

    @Test
    void choosesBetweenSystemdAndTheScript() throws Exception {
        install();
        assertLink("etc/init.d/adit", "dist/rc.d/adit");
        assertThat(folder.resolve("etc/systemd")).doesNotExist();
        Path other = Files.createDirectories(folder.resolve("other/run/systemd/system"));
        install(folder.resolve("other"), "--prefix", "/opt/x");
        assertThat(other.resolve("../../../etc/systemd/system/adit@.service"))
                .content()
                .contains("ExecStart=/opt/x/sbin/adit up %i\n")
                .doesNotContain("/usr/local");
        assertThat(folder.resolve("other/etc/init.d")).doesNotExist();
    }

    @Test
    void installsBothWhereTheFolderOfSystemdIsThereAndSystemdDoesNotRun() throws Exception {
        Files.createDirectories(folder.resolve("etc/systemd/system"));
        install();
        assertThat(folder.resolve("etc/systemd/system/adit@.service")).isRegularFile();
        assertLink("etc/init.d/adit", "dist/rc.d/adit");
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
        // The copy from which a program may be starting stays for once.
        Path copies = folder.resolve("usr/local/lib/adit");
        assertThat(files()).containsAll(once).hasSizeGreaterThan(once.size());
        assertThat(copies.resolve("current").toRealPath()).isEqualTo(real(copies.resolve("2")));
        install();
        assertThat(copies.toFile().list()).containsExactlyInAnyOrder("2", "3", "current");
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
        for (String unit : List.of("adit@.service", "adit-proxy@.service", "adit.target")) {
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
                        folder.resolve("adit-proxy@wg0.service").toString(),
                        folder.resolve("adit.target").toString());
        assertThat(outcome.err() + outcome.out()).isEmpty();
        assertThat(outcome.status()).isZero();
    }

    private Tool.Outcome install(String... words) throws Exception {
        return install(folder, words);
    }

    private Tool.Outcome install(Path destination, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(checkout.root + "/dist/install.sh"));
        command.addAll(List.of(words));
        Map<String, String> environment = new HashMap<>(checkout.environment);
        environment.put("DESTDIR", destination.toString());
        checkout.run("adit"); // builds, which is not what is tested here
        return Tool.run("", environment, command);
    }

    /// That the link leads to the file of the copy in use, once it is where it is installed for.
    private void assertLink(String link, String file) throws IOException {
        Path target = Files.readSymbolicLink(folder.resolve(link));
        assertThat(target).isAbsolute();
        assertThat(target.toString()).endsWith("/lib/adit/current/" + file);
        assertThat(folder.resolve(target.toString().substring(1))).isRegularFile();
    }

    private static Path real(Path file) throws IOException {
        return file.toRealPath();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> !Files.isDirectory(file)).sorted().toList();
        }
    }

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
}
