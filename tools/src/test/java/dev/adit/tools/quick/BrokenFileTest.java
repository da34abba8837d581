package dev.adit.tools.quick;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Configuration files that cannot be brought up, in `src/test/resources/broken`, each with what is
/// said of it in its first lines. The files that wg(8) refuses too are in the module `device`.
class BrokenFileTest {
    private static final Path FOLDER = Path.of("src/test/resources/broken");

    @TempDir Path folder;

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void isRefusedBeforeAnythingIsChangedWithTheFileTheLineAndTheReason(Path file)
            throws IOException {
        QuickFixture bench = new QuickFixture(folder);
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        String path = bench.write("wg0", text).toRealPath().toString();
        assertThat(bench.run("up", "wg0")).isEqualTo(1);
        assertThat(bench.err()).isEqualTo(expected(text).replace("FILE", path));
        assertThat(bench.system.log).isEmpty();
        assertThat(bench.out()).isEmpty();
    }

    /// What the lines `# say: ...` say.
    private static String expected(String text) {
        StringBuilder expected = new StringBuilder();
        text.lines()
                .filter(line -> line.startsWith(SAY))
                .forEach(line -> expected.append(line.substring(SAY.length())).append('\n'));
        assertThat(expected).isNotEmpty();
        return expected.toString();
    }

    private static final String SAY = "# say: ";
}
