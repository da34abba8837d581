package dev.adit.tools.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adit.tools.terminal.Tool;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What the launchers do for root that another user may have prepared.
@Timeout(120)
class RootTest {
    @TempDir private Path folder;
    private Checkout checkout;

    @BeforeEach
    void makeCheckout() throws Exception {
        assumeTrue(
                Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")),
                "only root has anything to fear");
        assumeTrue(Tool.isThere("setpriv"), "setpriv is not installed");
        Tool.run("", "chmod", "755", folder.toString());
        checkout = new Checkout(folder.resolve("a check out"));
    }

    @Test
    void runsNothingThatEveryUserCanChange() throws Exception {
        checkout.run("adit");
        for (String file : List.of("tools/launch.sh", "tools", ".build", ".build/current")) {
            Path path = checkout.root.resolve(file);
            Tool.run("", "chmod", "o+w", path.toString());
            Tool.Outcome outcome = checkout.run("adit", "genkey");
            assertThat(outcome.status()).as(file).isEqualTo(1);
            assertThat(outcome.out()).isEmpty();
            assertThat(outcome.err())
                    .isEqualTo(
                            "adit: root runs nothing that every user can change: " + path + "\n");
            Tool.run("", "chmod", "o-w", path.toString());
        }
        assertThat(checkout.run("adit", "genkey").status()).isZero();
    }

    @Test
    void namesAnotherOwnerOnce() throws Exception {
        checkout.run("adit");
        give(checkout.root);
        Tool.Outcome first = checkout.run("adit", "genkey");
        assertThat(first.status()).isZero();
        assertThat(first.err())
                .startsWith("adit: root runs what others can change: user-65534")
                .contains(checkout.root.toString(), "dist/install.sh")
                .containsOnlyOnce("\n");
        assertThat(checkout.run("adit", "genkey").err()).isEmpty();
    }

    @Test
    void namesAGroupThatMayWrite() throws Exception {
        checkout.run("adit");
        Tool.run("", "chgrp", "65534", checkout.root + "/tools/launch.sh");
        Tool.run("", "chmod", "g+w", checkout.root + "/tools/launch.sh");
        assertThat(checkout.run("adit").err()).contains("others can change: group-65534");
    }

    @Test
    void runsNoJavaOfAnotherUserAndRemembersNone() throws Exception {
        Path good = checkout.jdk("good", "25.0.1", Checkout.JAVA);
        Path theirs = checkout.jdk("theirs", "25.0.1", "echo caught >>\"$LOG\"");
        give(theirs);
        checkout.environment.put("JAVA_HOME", theirs.toString());
        checkout.environment.put("PATH", good + "/bin:" + System.getenv("PATH"));
        Tool.Outcome outcome = checkout.run("adit", "genkey");
        assertThat(outcome.err()).contains("adit: passes over JAVA_HOME=" + theirs);
        assertThat(checkout.log()).doesNotContain("caught");
        if (outcome.status() == 0) assertThat(madeBy()).isNotEqualTo(theirs.toString());
    }

    @Test
    void takesNoJavaThatOnlyItsFolderOrALinkGivesAway() throws Exception {
        Path jdk = checkout.jdk("open/jdk", "25.0.1", "echo caught >>\"$LOG\"");
        Tool.run("", "chmod", "o+w", jdk.getParent().toString());
        Path link = Files.createSymbolicLink(checkout.root.resolve("link"), jdk);
        for (Path path : List.of(jdk, link)) {
            checkout.environment.put("JAVA_HOME", path.toString());
            assertThat(checkout.run("adit", "genkey").err())
                    .contains("passes over JAVA_HOME=" + path)
                    .contains("others can change: " + jdk.getParent());
        }
        assertThat(checkout.log()).doesNotContain("caught");
    }

    @Test
    void looksForNoJavaInTheHomeOfAnotherUser() throws Exception {
        Path home = Files.createDirectories(checkout.root.resolve("home"));
        Path jdk = checkout.jdk("home/.sdkman/candidates/java/25", "25.0.1", Checkout.JAVA);
        checkout.environment.put("HOME", home.toString());
        assertThat(found()).contains(jdk.toString());
        Tool.run("", "chown", "65534", home.toString());
        assertThat(found()).doesNotContain(jdk.toString());
    }

    @Test
    void buildsWithWhatMavenFetchedForRootOnly() throws Exception {
        checkout.script("mvnw", "echo \"home $HOME\" >>\"$LOG\"; exit 1");
        Path home = Files.createDirectories(folder.resolve("home"));
        checkout.environment.put("HOME", home.toString());
        checkout.run("adit");
        Tool.run("", "chown", "65534", home.toString());
        checkout.run("adit");
        assertThat(checkout.log())
                .containsExactly("home " + home, "home " + checkout.root + "/.build");
    }

    @Test
    void waitsForALockThatHangsNoLongerThanItSays() throws Exception {
        checkout.run("adit");
        Files.delete(checkout.root.resolve(".build/current"));
        checkout.environment.put("ADIT_BUILD_PATIENCE", "1");
        String lock = checkout.root + "/.build/lock";
        Process holder = new ProcessBuilder("flock", lock, "sh", "-c", "echo held; read x").start();
        try {
            assertThat(holder.inputReader().readLine()).isEqualTo("held");
            Tool.Outcome outcome = checkout.run("adit", "genkey");
            assertThat(outcome.status()).isEqualTo(1);
            assertThat(outcome.err())
                    .contains("waits for another build", "held " + lock + " for 1 seconds");
        } finally {
            holder.getOutputStream().close();
            assertThat(holder.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(checkout.run("adit", "genkey").status()).isZero();
    }

    @Test
    void keepsTheLockToItselfAndTheBuildReadableWhateverTheUmask() throws Exception {
        for (String umask : List.of("0", "022", "077")) {
            checkout.age();
            String command = "umask " + umask + "; exec \"$0\"";
            List<String> words = List.of("sh", "-c", command, checkout.root + "/adit");
            assertThat(Tool.run("", checkout.environment, words).status()).isZero();
            String all =
                    Tool.run("", "find", checkout.root + "/.build", "-printf", "%m %P\n").out();
            assertThat(all.lines()).contains("600 lock", "644 current", "755 ");
            List<String> other = new ArrayList<>(List.of("setpriv", "--reuid=65534"));
            other.addAll(List.of("--clear-groups", "flock", "-n", checkout.root + "/.build/lock"));
            other.add("true");
            assertThat(Tool.run("", other.toArray(String[]::new)).status()).isNotZero();
        }
    }

    private List<String> found() throws Exception {
        String command =
                """
                cd "$0"; root=. program=test; . ./tools/launch.sh; read_current
                is_jdk() { echo "$jdk"; false; }
                find_jdk
                """;
        checkout.environment.remove("JAVA_HOME");
        List<String> words = List.of("sh", "-c", command, checkout.root.toString());
        return Tool.run("", checkout.environment, words).out().lines().toList();
    }

    private String madeBy() throws IOException {
        return Files.readAllLines(checkout.root.resolve(".build/current")).get(1);
    }

    private static void give(Path path) throws Exception {
        Tool.run("", "chown", "-R", "65534", path.toString());
    }
}
