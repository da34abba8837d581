package dev.adit.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The rules about circles, unused allowances and documents, each shown to fail where it should.
class TruthRulesTest {

    @TempDir private Path folder;

    private static final PackageMap MAP =
            new PackageMap()
                    .module("low")
                    .add("keys", "")
                    .module("high")
                    .add("wire", "low.keys")
                    .add("", "wire low.keys");

    @Test
    void findsAnAllowanceWithoutUse() throws IOException {
        JavaClasses classes =
                new Planted(folder)
                        .write("package dev.adit.low.keys; public class Key {}")
                        .write("package dev.adit.high.wire; public class Wire {}")
                        .write(
                                """
                                package dev.adit.high;
                                class Top { dev.adit.low.keys.Key k; dev.adit.high.wire.Wire w; }
                                """)
                        .compile();
        assertThat(MAP.unused(classes, Map.of()))
                .containsExactly("dev.adit.high.wire does not use dev.adit.low.keys");
        assertThat(MAP.unused(classes, Map.of("dev.adit.high.wire", Set.of("dev.adit.low.keys"))))
                .isEmpty();
    }

    @Test
    void findsAnImportOfAConstantThatTheMapDoesNotAllow() throws IOException {
        Planted planted =
                new Planted(folder)
                        .write("package dev.adit.high; class Top { static final int N = 1; }")
                        .write(
                                """
                                package dev.adit.low.keys;
                                import static dev.adit.high.Top.N;
                                class Key { int n = N; }
                                """);
        assertThat(MAP.violations(new Sources(planted.sources()).imports()))
                .containsExactly("dev.adit.low.keys must not import from dev.adit.high");
    }

    @Test
    void findsACircleOfFourFilesAndNoneOfThree() throws IOException {
        JavaClasses classes =
                new Planted(folder)
                        .write("package dev.adit.a; class A { B next; static class In { D d; } }")
                        .write("package dev.adit.a; class B { C next; }")
                        .write("package dev.adit.a; class C { A next; E other; }")
                        .write("package dev.adit.a; class D { B next; }")
                        .write("package dev.adit.a; class E { F next; }")
                        .write("package dev.adit.a; class F { G next; }")
                        .write("package dev.adit.a; class G { E next; }")
                        .compile();
        assertThat(new FileCircles(classes).largerThan(3))
                .containsExactly(
                        "4 files need each other:"
                                + " [dev.adit.a.A, dev.adit.a.B, dev.adit.a.C, dev.adit.a.D]");
        assertThat(new FileCircles(classes).largerThan(2)).hasSize(2);
    }

    @Test
    void findsARowThatSaysSomethingElseThanTheMap() {
        String page =
                """
                ## `dev.adit.high`: above
                | package | in one sentence | may use |
                | `wire` | bytes | – |
                | `high` | all | `wire`, `low.keys` |
                ## Something else
                | `wire` | bytes | `low.keys` |
                """;
        assertThat(
                        new ArchitecturePage(MAP)
                                .tables(page, List.of("dev.adit.high.wire", "dev.adit.high")))
                .containsExactly(
                        "ARCHITECTURE.md says dev.adit.high.wire may use –, not `low.keys`");
        assertThat(new ArchitecturePage(MAP).tables(page, List.of("dev.adit.low.keys")))
                .containsExactly("ARCHITECTURE.md has no row for dev.adit.low.keys");
    }

    @Test
    void findsAPackageInfoThatSaysSomethingElseThanTheMap() throws IOException {
        Path file = folder.resolve("dev/adit/high/package-info.java");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "/// All. May use `wire`,\n/// `low.keys`. Read on.\npackage x;");
        ArchitecturePage page = new ArchitecturePage(MAP);
        assertThat(page.packageInfos(folder, List.of("dev.adit.high"))).isEmpty();
        Files.writeString(file, "/// All. May use `wire`. Read on.\npackage x;");
        assertThat(page.packageInfos(folder, List.of("dev.adit.high")))
                .containsExactly(file + " does not say: May use `wire`, `low.keys`.");
    }
}
