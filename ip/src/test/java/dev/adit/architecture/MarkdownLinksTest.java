package dev.adit.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Whether links between the pages lead anywhere.
class MarkdownLinksTest {

    @TempDir private Path folder;

    @Test
    void pagesLinkToWhatIsThere() throws IOException {
        Path root = Path.of("..").toRealPath();
        MarkdownLinks links = new MarkdownLinks(root);
        List<String> broken = new ArrayList<>();
        List<Path> pages = pages(root);
        for (Path page : pages) broken.addAll(links.broken(page));
        assertThat(pages).contains(root.resolve("README.md"), root.resolve("docs/adit.md"));
        assertThat(broken).isEmpty();
    }

    @Test
    void findsLinksThatLeadNowhere() throws IOException {
        Path page = folder.resolve("page.md");
        Files.writeString(
                folder.resolve("other.md"), "# A `wg` page: its end\n\n## Twice\n\n## Twice\n");
        Files.writeString(
                page,
                """
                [good](other.md#a-wg-page-its-end), [good](other.md#twice-1), [self](#here)
                [elsewhere](https://example.org/none), `[code](none.md)`
                [gone](gone.md), [heading](other.md#nowhere), [outside](../../etc/passwd)

                # Here
                """);
        assertThat(new MarkdownLinks(folder).broken(page))
                .containsExactly(
                        "page.md: gone.md is not there",
                        "page.md: other.md#nowhere has no such heading",
                        "page.md: ../../etc/passwd is not there");
    }

    private static List<Path> pages(Path root) throws IOException {
        List<Path> pages = new ArrayList<>();
        for (Path folder : List.of(root, root.resolve("docs"))) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
            }
        }
        return pages;
    }
}
