package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// `docs/scenarios.md` has each class of these tests, and no other.
class ScenariosTest {

    @Test
    void eachClassIsInTheTablesOnce() throws IOException {
        String page =
                Files.readString(Path.of(System.getProperty("adit.root"), "docs", "scenarios.md"));
        List<String> told = NAME.matcher(page).results().map(MatchResult::group).sorted().toList();
        assertThat(told).isNotEmpty().isEqualTo(classes());
    }

    private static List<String> classes() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/test/java/dev/adit/it"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith("Test.java"))
                    .map(name -> "`" + name.replace(".java", "") + "`")
                    .sorted()
                    .toList();
        }
    }

    private static final Pattern NAME = Pattern.compile("`[A-Za-z]+Test`");
}
