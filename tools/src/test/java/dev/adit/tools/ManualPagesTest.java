package dev.adit.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adit.tools.quick.Verb;
import dev.adit.tools.terminal.Command;
import dev.adit.tools.terminal.Manual;
import dev.adit.tools.terminal.Tool;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The manual pages: made of the Markdown pages, complete, and in order for those who show them.
class ManualPagesTest {
    @TempDir private Path folder;

    @Test
    void areThoseOfTheMarkdownPages() throws Exception {
        Tool.Outcome outcome = Tool.run("", MAN.resolve("generate").toString(), folder.toString());
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.status()).isZero();
        assertThat(names(folder)).isEqualTo(names(MAN)).contains("adit.8", "aditd.8");
        for (String name : names(MAN)) {
            assertThat(MAN.resolve(name))
                    .as("call docs/man/generate")
                    .hasSameTextualContentAs(folder.resolve(name));
        }
    }

    @Test
    void haveEveryCommandAndEveryWordOfIt() throws IOException {
        String all = String.join("", texts());
        for (Command command : Adit.standard().commands()) {
            if (command.summary() == null) continue;
            assertThat(all).containsPattern("fB(adit )?" + command.name() + "\\b");
            String page = command instanceof Verb ? text("adit-quick.8") : all;
            for (Manual.Word word : command.manual().words()) {
                assertThat(page).as(command.name()).contains(word.word());
            }
        }
    }

    @Test
    void haveEveryOptionOfTheDaemonAndTheInstaller() throws IOException {
        assertThat(text("aditd.8")).contains("-f", "--foreground", "--version");
        assertThat(text("adit-service.8")).contains("--prefix", "--compat", "--remove");
    }

    @Test
    void pleaseGroff() throws Exception {
        assumeTrue(Tool.isThere("groff"), "groff is not installed");
        for (String name : names(MAN)) {
            String page = MAN.resolve(name).toString();
            Tool.Outcome outcome = Tool.run("", "groff", "-ww", "-z", "-man", "-Tutf8", page);
            assertThat(outcome.err()).as(name).isEmpty();
            assertThat(outcome.status()).isZero();
        }
    }

    @Test
    void pleaseMandoc() throws Exception {
        assumeTrue(Tool.isThere("mandoc"), "mandoc is not installed");
        for (String name : names(MAN)) {
            Tool.Outcome outcome =
                    Tool.run("", "mandoc", "-T", "lint", MAN.resolve(name).toString());
            assertThat(outcome.out()).as(name).isEmpty();
            assertThat(outcome.status()).isZero();
        }
    }

    /// A page as its reader sees the letters.
    private static String text(String name) throws IOException {
        return Files.readString(MAN.resolve(name)).replace("\\-", "-");
    }

    private static List<String> texts() throws IOException {
        return names(MAN).stream()
                .map(
                        name -> {
                            try {
                                return text(name);
                            } catch (IOException e) {
                                throw new AssertionError(e);
                            }
                        })
                .toList();
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches(".*\\.[1-8]"))
                    .sorted()
                    .toList();
        }
    }

    private static final Path MAN = Path.of("../docs/man").toAbsolutePath().normalize();
}
