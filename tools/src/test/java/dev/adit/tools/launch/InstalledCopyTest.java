package dev.adit.tools.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adit.tools.terminal.Tool;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// `dist/install.sh` in the place itself, for which it gets an `/etc` and an `/opt` of its own.
@Timeout(120)
class InstalledCopyTest {
    @TempDir private Path folder;
    private Checkout checkout;

    @BeforeEach
    void makeCheckout() throws Exception {
        assumeTrue(
                Tool.run("", "unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/opt").status()
                        == 0,
                "only root can have folders of its own");
        for (String own : List.of("/etc/init.d", "/etc/systemd")) {
            assumeTrue(Files.isDirectory(Path.of(own)), "there is no " + own + " to cover");
        }
        Tool.run("", "chmod", "755", folder.toString());
        checkout = Checkout.withAllThatIsInstalled(folder.resolve("a check out"));
        checkout.run("adit");
    }

    @Test
    void runsWithoutSourcesAndMavenAndIsTrainedWhenItIsInstalled() throws Exception {
        List<String> lines =
                script(
                        """
                        "$0" --prefix /opt/x >/dev/null
                        mv "$ROOT/tools" "$ROOT/gone"
                        /opt/x/sbin/adit genkey
                        setpriv --reuid=65534 --clear-groups /opt/x/sbin/adit pubkey
                        """);
        String cache = "-XX:SharedArchiveFile=/opt/x/lib/adit/1/.build/";
        assertThat(lines).filteredOn(line -> line.startsWith(cache)).hasSize(2);
        assertThat(lines).contains("-Dadit.home=/opt/x/lib/adit/1", "genkey", "pubkey");
        assertThat(lines).noneMatch(line -> line.contains("building"));
    }

    @Test
    void upgradesAtOnceAndKeepsWhatRunsRunning() throws Exception {
        List<String> lines =
                script(
                        """
                        "$0" --prefix /opt/x >/dev/null 2>&1
                        exec 8<"$(echo /opt/x/lib/adit/current/.build/app.*/lib/adit-tools-*.jar)"
                        (while [ ! -e /opt/done ]; do
                            /opt/x/sbin/adit genkey >/dev/null 2>&1 || echo failed
                        done) &
                        "$0" --prefix /opt/x >/dev/null 2>&1
                        "$0" --prefix /opt/x >/dev/null 2>&1
                        touch /opt/done
                        wait
                        cat <&8 && echo readable
                        echo /opt/x/lib/adit/*
                        readlink /opt/x/lib/adit/current
                        """);
        assertThat(lines)
                .containsExactly(
                        "readable",
                        "/opt/x/lib/adit/2 /opt/x/lib/adit/3 /opt/x/lib/adit/current",
                        "3");
    }

    @Test
    void leavesTheOldCopyInUseWhenTheNewOneDoesNotRun() throws Exception {
        checkout.jdk(
                "jdk", "25.0.1", Checkout.JAVA.replace("printf", "test ! -e /opt/bad && printf"));
        List<String> lines =
                script(
                        """
                        "$0" --prefix /opt/x >/dev/null 2>&1 && echo first
                        cp -R "$ROOT/.build" /opt/saved && touch /opt/bad
                        "$0" --prefix /opt/x >/dev/null 2>&1 || echo second failed
                        echo /opt/x/lib/adit/*
                        """);
        assertThat(lines)
                .containsExactly(
                        "first", "second failed", "/opt/x/lib/adit/1 /opt/x/lib/adit/current");
    }

    @Test
    void refusesAPlaceThatOthersCanChange() throws Exception {
        List<String> lines =
                script(
                        """
                        mkdir /opt/theirs /opt/open
                        chown 65534 /opt/theirs
                        chmod 777 /opt/open
                        "$0" --prefix /opt/theirs/x
                        "$0" --prefix /opt/open/x
                        ls -A /opt/theirs /opt/open
                        """);
        String refused =
                "install.sh: will not install there, where others can change what root runs:";
        assertThat(lines)
                .containsSubsequence(refused + " user-65534", refused + " everyone, /opt/open")
                .noneMatch(line -> line.contains("lib"));
    }

    @Test
    void takesAllOfItAwayAgain() throws Exception {
        assertThat(
                        script(
                                """
                                "$0" --prefix /opt/x --compat >/dev/null 2>&1
                                "$0" --prefix /opt/x --compat >/dev/null 2>&1
                                "$0" --prefix /opt/x --remove
                                find /opt /etc/init.d /etc/systemd ! -type d
                                """))
                .isEmpty();
    }

    /// The lines that a script says, to which `$0` is the installer.
    private List<String> script(String text) throws Exception {
        String own =
                """
                for each in /opt /etc/systemd /etc/init.d; do
                    mount -t tmpfs -o mode=755 tmpfs "$each" || exit 1
                done
                mkdir -p /etc/systemd/system
                exec 2>&1
                """;
        checkout.environment.put("ROOT", checkout.root.toString());
        String installer = checkout.root + "/dist/install.sh";
        List<String> words = List.of("unshare", "-m", "sh", "-c", own + text, installer);
        return Tool.run("", checkout.environment, words).out().lines().toList();
    }
}
