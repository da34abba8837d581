package dev.adit.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adit.tools.terminal.Tool;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The programs in the pages for programmers, which compile as they stand there.
class ProgramExamplesTest {
    @TempDir private Path folder;

    @Test
    void inCCompile() throws Exception {
        assumeTrue(Tool.isThere("gcc"), "gcc is not installed");
        Path source = Files.writeString(folder.resolve("example.c"), example("c"));
        Path program = folder.resolve("example");
        Tool.Outcome outcome =
                Tool.run(
                        "",
                        "gcc",
                        "-Wall",
                        "-Wextra",
                        "-Werror",
                        "-o",
                        program.toString(),
                        source.toString());
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.status()).isZero();
        // There is no such interface.
        assertThat(Tool.run("", program.toString(), "-none-", "00", "::/0").status()).isEqualTo(1);
    }

    @Test
    void inJavaCompile() throws Exception {
        Path javac = Path.of(System.getProperty("java.home"), "bin", "javac");
        assumeTrue(Files.isExecutable(javac), "no JDK");
        Path source = Files.writeString(folder.resolve("AddPeer.java"), example("java"));
        String modules = Stream.of("ip", "protocol", "device").map(this::location).collect(PATHS);
        Tool.Outcome outcome =
                Tool.run(
                        "",
                        javac.toString(),
                        "-Xlint:all",
                        "-Werror",
                        "-d",
                        folder.toString(),
                        "--module-path",
                        modules,
                        "--add-modules",
                        "dev.adit.device",
                        source.toString());
        assertThat(outcome.out() + outcome.err()).isEmpty();
        assertThat(outcome.status()).isZero();
        assertThat(folder.resolve("AddPeer.class")).exists();
    }

    private String location(String module) {
        return Path.of(
                        ModuleLayer.boot()
                                .configuration()
                                .findModule("dev.adit." + module)
                                .flatMap(found -> found.reference().location())
                                .orElseThrow())
                .toString();
    }

    private static String example(String language) throws IOException {
        Matcher matcher =
                Pattern.compile("(?s)\n```" + language + "\n(.*?)\n```\n")
                        .matcher(Files.readString(PAGE));
        assertThat(matcher.find()).as(language).isTrue();
        return matcher.group(1) + "\n";
    }

    private static final Collector<CharSequence, ?, String> PATHS =
            Collectors.joining(System.getProperty("path.separator"));

    private static final Path PAGE = Path.of("../docs/wg-data-io.md").toAbsolutePath().normalize();
}
