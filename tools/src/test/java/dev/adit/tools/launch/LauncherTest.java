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
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The launcher `adit`, and what both launchers share.
@Timeout(120)
class LauncherTest {
    @TempDir private Path folder;
    private Checkout checkout;

    @BeforeEach
    void makeCheckout() throws Exception {
        checkout = new Checkout(folder.resolve("a check out"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sh", "dash", "bash", "busybox sh"})
    void buildsOnFirstUseAndRunsJava(String shell) throws Exception {
        assumeTrue(Tool.isThere(shell.split(" ")[0]), shell + " is not installed");
        Tool.Outcome outcome = checkout.with(shell).run("adit", "genkey", "a  b", "", "*", "$x'\"");
        assertThat(outcome.status()).isZero();
        assertThat(outcome.err().lines().toList())
                .satisfies(lines -> assertThat(lines.getFirst()).startsWith("adit: building, as"))
                .endsWith(
                        "adit: 1 of 3: building ...",
                        "adit: 2 of 3: a training run of the daemon ...",
                        "adit: 3 of 3: a training run of the tools ...");
        String lib = checkout.root + "/.build/" + app() + "/lib";
        assertThat(outcome.out().lines())
                .contains("-p", lib, "--enable-native-access=dev.adit.libcrypto,dev.adit.os")
                .contains(
                        "-XX:SharedArchiveFile=" + checkout.root + "/.build/" + app() + "/adit.jsa")
                .contains("-Dadit.home=" + checkout.root)
                .endsWith("dev.adit.tools/dev.adit.tools.Adit", "genkey", "a  b", "", "*", "$x'\"");
        assertThat(Path.of(lib).toFile().list())
                .containsExactlyInAnyOrder(
                        "adit-protocol-0.1.0.jar",
                        "adit-device-0.1.0.jar",
                        "adit-ip-0.1.0.jar",
                        "adit-stack-0.1.0.jar",
                        "adit-net-0.1.0.jar",
                        "adit-proxy-0.1.0.jar",
                        "adit-libcrypto-0.1.0.jar",
                        "adit-os-0.1.0.jar",
                        "adit-tools-0.1.0.jar");
        assertThat(checkout.log()).containsExactlyElementsOf(built(1));
    }

    @Test
    void doesNotBuildAgain() throws Exception {
        checkout.run("adit");
        assertThat(checkout.run("adit").err()).isEmpty();
        assertThat(checkout.log()).containsExactlyElementsOf(built(1));
    }

    @Test
    void buildsAgainWhenASourceChanged() throws Exception {
        checkout.run("adit");
        String before = app();
        checkout.age();
        checkout.run("adit");
        assertThat(checkout.log()).filteredOn("build"::equals).hasSize(2);
        assertThat(app()).isNotEqualTo(before);
        assertThat(checkout.root.resolve(".build/" + before)).doesNotExist();
    }

    @Test
    void buildsAgainWhenASourceIsGone() throws Exception {
        checkout.run("adit");
        Files.delete(checkout.root.resolve("device/src/main/java/A.java"));
        checkout.run("adit");
        assertThat(checkout.log()).filteredOn("build"::equals).hasSize(2);
    }

    @Test
    void showsWhyTheBuildFailed() throws Exception {
        checkout.script("mvnw", "echo '[ERROR] no semicolon'; exit 1");
        Tool.Outcome outcome = checkout.run("adit", "genkey");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err()).contains("[ERROR] no semicolon").endsWith("as told above\n");
        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void buildsAfterAnInterruptedBuild() throws Exception {
        checkout.script("mvnw", "kill -9 $PPID");
        assertThat(checkout.run("adit").status()).isNotZero();
        new Checkout(checkout.root.resolveSibling("b")); // only for its scripts
        Files.copy(
                checkout.root.resolveSibling("b").resolve("mvnw"),
                checkout.root.resolve("mvnw"),
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.COPY_ATTRIBUTES);
        assertThat(checkout.run("adit").status()).isZero();
    }

    @Test
    void buildsOnceWhenTwoAreCalledAtATime() throws Exception {
        checkout.environment.put("SLOW", "1");
        List<Process> both = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            ProcessBuilder builder =
                    new ProcessBuilder(checkout.root.resolve("adit").toString(), "genkey")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD);
            builder.environment().putAll(checkout.environment);
            both.add(builder.start());
        }
        for (Process process : both) {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        }
        assertThat(checkout.log()).filteredOn("build"::equals).hasSize(1);
    }

    @Test
    void runsWithoutACacheWhenThereCanBeNone() throws Exception {
        checkout.environment.put(
                "JAVA_HOME",
                checkout.jdk(
                                "old",
                                "25",
                                "case \"$*\" in *AOTMode* | *lassList*) exit 1;; esac; echo \"$@\"")
                        .toString());
        Tool.Outcome outcome = checkout.run("adit", "genkey");
        assertThat(outcome.status()).isZero();
        assertThat(outcome.out()).doesNotContain("SharedArchiveFile").contains("genkey");
    }

    @Test
    void keepsTheCacheToTheJdkThatMadeIt() throws Exception {
        checkout.run("adit");
        checkout.environment.put(
                "JAVA_HOME", checkout.jdk("other", "26", Checkout.JAVA).toString());
        assertThat(checkout.run("adit").out()).doesNotContain("SharedArchiveFile");
        assertThat(checkout.log()).containsExactlyElementsOf(built(1));
    }

    @Test
    void makesTheCacheAgainWhenTheJdkIsUpdated() throws Exception {
        checkout.run("adit");
        checkout.jdk("jdk", "25.0.2", Checkout.JAVA);
        assertThat(checkout.run("adit").out()).contains("-XX:SharedArchiveFile=");
        assertThat(checkout.run("adit").out()).contains("-XX:SharedArchiveFile=");
        assertThat(checkout.log()).containsExactlyElementsOf(built(2));
    }

    @Test
    void makesTheCacheAgainWhenTheCheckoutMoved() throws Exception {
        checkout.run("adit");
        Path moved = folder.resolve("moved");
        Files.move(checkout.root, moved);
        Files.createDirectories(checkout.root);
        checkout.environment.put("JAVA_HOME", moved + "/jdk");
        checkout.environment.put("LOG", moved + "/log");
        Tool.Outcome outcome =
                Tool.run("", checkout.environment, List.of(moved.resolve("adit").toString()));
        assertThat(outcome.out()).contains("-XX:SharedArchiveFile=" + moved + "/.build/");
        assertThat(outcome.err().lines())
                .containsExactly(
                        "adit: training Java for short starts, as in a new place and after an"
                                + " update of Java: about 40 seconds, once",
                        "adit: 1 of 2: a training run of the daemon ...",
                        "adit: 2 of 2: a training run of the tools ...");
        assertThat(Files.readAllLines(moved.resolve("log"))).containsExactlyElementsOf(built(2));
    }

    @Test
    void takesFlagsForJavaFromTheEnvironment() throws Exception {
        checkout.environment.put("ADIT_JAVA_OPTS", "-Xmx1g -Da=b");
        assertThat(checkout.run("adit", "genkey").out().lines().toList())
                .containsSubsequence("-Xmx512m", "-Xmx1g", "-Da=b", "-p");
    }

    @Test
    void keepsJavasFilesFromTakingThePlaceOfClosedStreams() throws Exception {
        checkout.run("adit");
        checkout.script(
                "jdk/bin/java",
                "in=$(readlink /proc/$$/fd/0) out=$(readlink /proc/$$/fd/1); echo $in $out >&2");
        Tool.Outcome outcome = shell("exec \"$0\" genkey <&- >&-");
        assertThat(outcome).isEqualTo(new Tool.Outcome(0, "", "/dev/null /dev/null\n"));
    }

    @Test
    void runsInAFolderThatWasRemoved() throws Exception {
        checkout.run("adit");
        checkout.script("jdk/bin/java", "pwd");
        Tool.Outcome outcome = shell("mkdir gone; cd gone; rmdir ../gone; exec \"$0\" genkey");
        assertThat(outcome.status()).isZero();
        assertThat(outcome.out()).isEqualTo("/\n");
    }

    /// What is done for one build and `trainingRuns` of it.
    private static List<String> built(int trainingRuns) {
        List<String> done = new ArrayList<>(List.of("build"));
        for (int i = 0; i < trainingRuns; i++) done.addAll(Checkout.TRAINING_RUN);
        return done;
    }

    /// Runs a script in a folder for tests, with the launcher as `$0`.
    private Tool.Outcome shell(String script) throws Exception {
        String adit = checkout.root.resolve("adit").toString();
        String there = "cd \"$1\" && " + script;
        return Tool.run(
                "", checkout.environment, List.of("sh", "-c", there, adit, folder.toString()));
    }

    @Test
    void becomesJava() throws Exception {
        checkout.run("adit");
        Path out = folder.resolve("out");
        ProcessBuilder builder =
                new ProcessBuilder(checkout.root.resolve("adit").toString(), "genkey")
                        .redirectOutput(out.toFile());
        builder.environment().putAll(checkout.environment);
        Process process = builder.start();
        assertThat(process.waitFor()).isZero();
        assertThat(Files.readAllLines(out)).contains("pid " + process.pid());
    }

    @Test
    void isFoundThroughLinks() throws Exception {
        Path links = Files.createDirectories(folder.resolve("some links"));
        Files.createSymbolicLink(links.resolve("relative"), Path.of("../a check out/adit"));
        Files.createSymbolicLink(links.resolve("again"), Path.of("relative"));
        Files.createSymbolicLink(folder.resolve("absolute"), links.resolve("again"));
        Files.createSymbolicLink(folder.resolve("folder"), checkout.root);
        for (String path : List.of("some links/again", "absolute", "folder/adit")) {
            Tool.Outcome outcome = checkout.run(folder.resolve(path).toString(), "genkey");
            assertThat(outcome.status()).as(path).isZero();
            assertThat(outcome.out()).contains("-Dadit.home=" + checkout.root.toRealPath() + "\n");
        }
    }

    @Test
    void isFoundInTheFoldersOfPath() throws Exception {
        String command = "cd / && PATH=\"$HERE:$PATH\" && adit genkey";
        checkout.environment.put("HERE", checkout.root.toString());
        Tool.Outcome outcome = Tool.run("", checkout.environment, List.of("sh", "-c", command));
        assertThat(outcome.status()).isZero();
        assertThat(outcome.out()).contains("-Dadit.home=" + checkout.root.toRealPath() + "\n");
    }

    @Test
    void anotherUserRunsWhatIsThereAndBuildsNothing() throws Exception {
        assumeTrue(Tool.isThere("setpriv"), "setpriv is not installed");
        assumeTrue(
                Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")),
                "only root can become another user");
        Tool.run("", "chmod", "-R", "a+rX", folder.toString());
        List<String> command =
                List.of(
                        "setpriv",
                        "--reuid=65534",
                        "--clear-groups",
                        checkout.root.resolve("adit").toString(),
                        "genkey");
        Tool.Outcome refused = Tool.run("", checkout.environment, command);
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).startsWith("adit: is not built yet").containsOnlyOnce("\n");

        checkout.run("adit");
        Tool.run("", "chmod", "-R", "a+rX", folder.toString());
        checkout.age();
        Tool.Outcome outcome = Tool.run("", checkout.environment, command);
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.status()).isZero();
        assertThat(checkout.log()).filteredOn("build"::equals).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "25, true",
        "25.0.1, true",
        "26-ea, true",
        "100, true",
        "24.0.2, false",
        "17.0.15, false",
        "1.8.0_452, false",
        "'', false",
    })
    void judgesAJdkByItsRelease(String version, boolean good) throws Exception {
        Path jdk = checkout.jdk("candidate", version, "echo asked >&2; exit 1");
        assertThat(judge(jdk, "javac")).isEqualTo(good);
    }

    @Test
    void asksAJdkThatHasNoRelease() throws Exception {
        String java = "printf 'openjdk version \"25.0.1\" 2025-10-21\\nOpenJDK ...\\n' >&2";
        Path jdk = checkout.jdk("candidate", "25", java);
        Files.delete(jdk.resolve("release"));
        assertThat(judge(jdk, "javac")).isTrue();
        checkout.jdk("candidate", "25", java.replace("25.0.1", "21.0.1"));
        Files.delete(jdk.resolve("release"));
        assertThat(judge(jdk, "javac")).isFalse();
    }

    @Test
    void wantsACompilerToBuildWith() throws Exception {
        Path jdk = checkout.jdk("candidate", "25", "exit 1");
        Files.delete(jdk.resolve("bin/javac"));
        assertThat(judge(jdk, "javac")).isFalse();
        assertThat(judge(jdk, "java")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "daemon.Daemon, yes, jdk.incubator.vector, true",
        "training.DaemonTraining, yes, jdk.incubator.vector, true",
        "daemon.Daemon, no, jdk.incubator.vector, false",
        "daemon.Daemon, '', jdk.incubator.vector, false",
        "daemon.Daemon, yes, jdk.localedata, false",
        "Adit, yes, jdk.incubator.vector, false",
    })
    void givesDaemonsTheVectorCipherOnRequest(
            String main, String wanted, String module, boolean given) throws Exception {
        Path jdk = checkout.jdk("candidate", "25", "exit 1");
        String modules = "MODULES=\"java.base " + module + " jdk.xml.dom\"\n";
        Files.writeString(jdk.resolve("release"), modules, StandardOpenOption.APPEND);
        Files.createDirectories(checkout.root.resolve(".build/app.1/vector"));
        String command =
                """
                cd "$0"; root=. program=test; . ./tools/launch.sh; jdk=$JDK app=app.1 main=$MAIN
                choose_modules && echo "$modules $daemon_cache"
                """;
        Map<String, String> environment =
                Map.of("JDK", jdk.toString(), "MAIN", main, "ADIT_VECTOR", wanted);
        List<String> words = List.of("sh", "-c", command, checkout.root + "");
        String plain = "./.build/app.1/lib";
        Tool.Outcome outcome = Tool.run("", environment, words);
        assertThat(outcome.out())
                .isEqualTo(
                        given
                                ? plain + ":./.build/app.1/vector aditd.vector.aot\n"
                                : plain + " aditd.aot\n");
        boolean missed = module.equals("jdk.localedata");
        assertThat(outcome.err()).matches(missed ? "test: no vector cipher: .*\n" : "");
    }

    private boolean judge(Path jdk, String tool) throws Exception {
        String command = "root=. program=test; . ./tools/launch.sh; jdk=$JDK tool=$TOOL; is_jdk";
        Map<String, String> environment = Map.of("JDK", jdk.toString(), "TOOL", tool);
        List<String> words = List.of("sh", "-c", "cd \"$0\" && " + command, checkout.root + "");
        return Tool.run("", environment, words).status() == 0;
    }

    private String app() throws Exception {
        return Files.readAllLines(checkout.root.resolve(".build/current")).get(3);
    }
}
